#include "cli/audit_arguments.hpp"

#include "cli/arguments.hpp"

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
    command
        ->add_option(
            "--stamp", options.stamps, "A time stamp of a head, in a file; may be repeated"
        )
        ->allow_extra_args(false);
    command->add_option("--tsa-ca", options.tsa_ca, "PEM file: who vouches for the TSAs of stamps");
    command->add_option("--after", options.after, "The export begins behind this record");
    command->add_option("--proof", options.proof, "What .../audit/proof/ answered for that record");
}

}  // namespace

void add_verify_and_report(CLI::App* audit, ReportOptions& options, int& exit_code) {
    auto* verify = audit->add_subcommand("verify", "Verify an export, offline");
    add_export(verify, options.verified);
    verify->add_option(
        "--appointment",
        options.verified.appointment,
        "The file is what /api/v1/appointments/ID/proof/ answered for this ID"
    );
    verify->callback([&] { exit_code = verify_export(options.verified); });
    auto* report = audit->add_subcommand(
        "report", "Verify an export, offline, and print a page of HTML about it"
    );
    add_export(report, options.verified);
    report->add_option("--from", options.from, "Datetime at which the period begins");
    report->add_option("--to", options.to, "Datetime at which it has ended");
    report->callback([&] { exit_code = report_export(options); });
}

void add_sign(CLI::App* audit, SignOptions& options) {
    auto* sign = audit->add_subcommand(
        "sign", "Keep signed heads of all organizations, even beside a running server"
    );
    add(sign, "data-dir", options.data_dir, "Where everything is kept");
    add(sign, "secrets-file", options.secrets_file, "Without it <data-dir>/secrets.toml");
    add(sign, "public-url", options.public_url, "The server's; its host is in every head");
    sign->add_option("--directory", options.directory, "Where the heads are put");
    add(sign, "interval-s", options.interval, "Go on and do it again after this time; 0: once")
        ->check(CLI::Range(0, 604'800));
    add(sign, "timestamp-url", options.stamps.url, "A TSA (RFC 3161) that stamps the heads");
    add(sign, "timestamp-timeout-s", options.stamps.timeout, "When to give up waiting for it")
        ->check(CLI::Range(1, 600));
    add(sign, "tsa-ca", options.stamps.ca, "PEM file; refuse stamps that nobody in it vouches for");
    sign->callback([&options] { sign_heads(options); });
}

}  // namespace consularia::cli
