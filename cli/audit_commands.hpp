#pragma once
// `consularia audit …`: for auditors.

#include <cstdint>
#include <string>
#include <vector>

namespace consularia::cli {

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

/// Verifies an export, offline, and prints the verdict, and for each stamp up to when the records
/// are proven to have existed. Returns the exit code: 0 intact, 1 altered, 3 cannot tell. Throws
/// UsageError for stamps without certificates.
[[nodiscard]] int verify_export(const VerifyOptions& options);

struct ReportOptions {
    VerifyOptions verified;
    std::string from;  ///< Datetimes; empty: no limit.
    std::string to;    ///< Not in the period.
};

/// Verifies an export, offline, and prints a page of HTML about what happened in a period. Returns
/// the exit code of the verification. Throws UsageError for what is no datetime.
[[nodiscard]] int report_export(const ReportOptions& options);

}  // namespace consularia::cli
