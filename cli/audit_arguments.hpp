#pragma once
// The commands of auditors on the command line.

#include "cli/audit_commands.hpp"
#include "cli/audit_sign.hpp"

#include <CLI/CLI.hpp>

namespace consularia::cli {

/// Adds `verify` and `report`. `options` and `exit_code`, which they set, outlive the parser.
void add_verify_and_report(CLI::App* audit, ReportOptions& options, int& exit_code);

/// Adds `sign`. The same holds for its options.
void add_sign(CLI::App* audit, SignOptions& options);

}  // namespace consularia::cli
