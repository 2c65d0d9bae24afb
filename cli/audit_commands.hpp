#pragma once
// `consularia audit …`: for auditors.

#include <cstdint>
#include <string>
#include <vector>

namespace consularia::cli {

struct VerifyOptions {
    std::string file;
    std::vector<std::string> keys;   ///< Verifier keys.
    std::vector<std::string> heads;  ///< Files.
    std::uint64_t after = 0;         ///< The export begins behind this record.
};

/// Verifies an export, offline, and prints the verdict. Returns the exit code: 0 intact, 1 altered,
/// 3 cannot tell.
[[nodiscard]] int verify_export(const VerifyOptions& options);

}  // namespace consularia::cli
