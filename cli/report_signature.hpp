#pragma once
// The signature of a report: a signed note, as that of a head, over the SHA-256 of the page.
//
//     <origin of the organization's heads>
//     report
//     sha256 <64 hex digits>
//
// Its second line is no number, so nobody can take it for a head.

#include <string>
#include <string_view>
#include <vector>

namespace consularia::cli {

/// The note of a page, by the audit key of the secrets file that is valid now. Throws SecretsError,
/// and std::runtime_error if no key is valid.
[[nodiscard]] std::string sign_report(
    std::string_view page, const std::string& origin, const std::string& secrets_file
);

struct ReportCheckOptions {
    std::string page;  ///< Files.
    std::string note;  ///< Empty: the page's name with `.note`.
    std::vector<std::string> keys;
};

/// Checks the note of a page, and prints the verdict. Returns the exit code: 0 intact, 1 altered,
/// 3 cannot tell.
[[nodiscard]] int verify_report(const ReportCheckOptions& options);

}  // namespace consularia::cli
