#pragma once
// `consularia audit report`: verifies an export, and makes a page for a person of it.

#include "cli/audit_commands.hpp"
#include "cli/report_source.hpp"

#include <string>

namespace consularia::cli {

struct ReportOptions {
    VerifyOptions verified;  ///< Without a file the export comes from `source`.
    SourceOptions source;
    std::string heads_directory;  ///< As `audit sign` writes it; empty: none.
    std::string from;             ///< Datetimes; empty: no limit.
    std::string to;               ///< Not in the period.
    std::string out;              ///< The page's file; empty: standard output, not signed.
};

/// Prints the page, or writes it with its signature. Returns the exit code of the verification;
/// there is no page if it cannot tell. Throws UsageError for what is no datetime or no source,
/// StorageError, SecretsError, and std::runtime_error if a server refuses.
[[nodiscard]] int report_export(const ReportOptions& options);

}  // namespace consularia::cli
