#pragma once
// `consularia audit verify`, and what a report needs of it.

#include "cli/audit_heads.hpp"
#include "cli/audit_stamps.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace consularia::cli {

/// Exit codes of all that verifies for auditors; 2 is wrong usage.
inline constexpr int kIntact = 0;
inline constexpr int kAltered = 1;
inline constexpr int kCannotTell = 3;

struct VerifyOptions {
    std::string file;
    std::vector<std::string> keys;    ///< Verifier keys.
    std::vector<std::string> heads;   ///< Files.
    std::vector<std::string> stamps;  ///< Files.
    std::string tsa_ca;               ///< A PEM file, needed if there are stamps.
    std::uint64_t after = 0;          ///< The export begins behind this record.
    std::string proof;                ///< A file with the proof of that record; may be empty.
    std::string appointment;          ///< Not empty: the file is the proof of this one.
};

/// What an export is verified with.
struct Evidence {
    std::vector<AuditHead> heads;  ///< If the export is intact, its own is the last one.
    std::vector<AuditStamp> stamps;
};

struct Verdict {
    int code = kIntact;
    std::string text;
    std::vector<std::string> proven;  ///< By each stamp; empty if the export is not intact.
};

/// Verifies an export, offline. `evidence` gets what could be read of it. Throws UsageError for
/// stamps without certificates, or a proof without --after.
[[nodiscard]] Verdict verify(const VerifyOptions& options, Evidence& evidence);

/// The same, and prints the verdict, and for each stamp since when the records are proven to have
/// existed. Returns the exit code.
[[nodiscard]] int verify_export(const VerifyOptions& options);

}  // namespace consularia::cli
