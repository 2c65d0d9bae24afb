#include "cli/audit_arguments.hpp"

namespace consularia::cli {

namespace {

void add_export(CLI::App* command, VerifyOptions& options) {
    command->add_option("export", options.file, "What /api/v1/audit/export/ answered, in a file")
        ->required();
    command->add_option("--key", options.keys, "A verifier key NAME+ID+KEY; may be repeated")
        ->required()
        ->allow_extra_args(false);
    command->add_option("--head", options.heads, "A kept head, in a file; may be repeated")
        ->allow_extra_args(false);
    command->add_option("--after", options.after, "The export begins behind this record");
}

}  // namespace

void add_verify_and_report(CLI::App* audit, ReportOptions& options, int& exit_code) {
    auto* verify = audit->add_subcommand("verify", "Verify an export, offline");
    add_export(verify, options.verified);
    verify->callback([&] { exit_code = verify_export(options.verified); });
    auto* report = audit->add_subcommand(
        "report", "Verify an export, offline, and print a page of HTML about it"
    );
    add_export(report, options.verified);
    report->add_option("--from", options.from, "Datetime at which the period begins");
    report->add_option("--to", options.to, "Datetime at which it has ended");
    report->callback([&] { exit_code = report_export(options); });
}

}  // namespace consularia::cli
