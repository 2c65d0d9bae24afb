#pragma once
// The commands of auditors on the command line.

#include "cli/audit_sign.hpp"
#include "cli/report_command.hpp"
#include "cli/report_signature.hpp"

#include <CLI/CLI.hpp>

namespace consularia::cli {

struct AuditOptions {
    ReportOptions report;  ///< Its `verified` is that of `verify`, too.
    ReportCheckOptions report_check;
    SignOptions sign;
};

/// Adds `verify`, `report` and `verify-report`. `options` and `exit_code`, which they set, outlive
/// the parser.
void add_verify_and_report(CLI::App* audit, AuditOptions& options, int& exit_code);

/// Adds `sign`. The same holds for its options.
void add_sign(CLI::App* audit, SignOptions& options);

}  // namespace consularia::cli
