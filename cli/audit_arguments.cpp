#include "cli/audit_arguments.hpp"

#include "cli/arguments.hpp"
#include "cli/exported_record.hpp"

#include <string>
#include <vector>

namespace consularia::cli {

namespace {

void add_evidence(CLI::App* command, VerifyOptions& options) {
    command->add_option("--head", options.heads, "A kept head, in a file; may be repeated")
        ->allow_extra_args(false);
    command
        ->add_option(
            "--stamp", options.stamps, "A time stamp of a head, in a file; may be repeated"
        )
        ->allow_extra_args(false);
    command->add_option("--tsa-ca", options.tsa_ca, "PEM file: who vouches for the TSAs of stamps");
    command->add_option("--after", options.after, "The export begins behind this record")
        ->check(CLI::Range(ledger::Sequence{0}, kSequencesEnd - 1));
    command->add_option("--proof", options.proof, "What .../audit/proof/ answered for that record");
}

CLI::Option* add_key(CLI::App* command, std::vector<std::string>& keys) {
    return command->add_option("--key", keys, "A verifier key NAME+ID+KEY; may be repeated")
        ->allow_extra_args(false);
}

CLI::Option* add_export(CLI::App* command, std::string& file) {
    return command->add_option("export", file, "What /api/v1/audit/export/ answered, in a file");
}

void add_source(CLI::App* report, SourceOptions& source) {
    add_export(report, source.file);
    report->add_option("--organization", source.organization, "Without an export: whose");
    add(report, "server", source.server, "URL of the running server that exports the records");
    add(report, "token", source.token, "For it, with the scope audit; better in the environment");
    add(report, "timeout-s", source.timeout, "When to give up waiting for its answer")
        ->check(CLI::Range(1, 86'400));
    add_store(report, source.store);
    add(report, "secrets-file", source.secrets_file, "With the audit key that signs the page");
    add(report, "public-url", source.public_url, "The server's, if its data is read");
}

}  // namespace

void add_verify_and_report(CLI::App* audit, AuditOptions& options, int& exit_code) {
    auto& given = options.report;
    auto* verify = audit->add_subcommand("verify", "Verify an export, offline");
    add_export(verify, given.verified.file)->required();
    add_key(verify, given.verified.keys)->required();
    add_evidence(verify, given.verified);
    verify->add_option(
        "--appointment",
        given.verified.appointment,
        "The file is what /api/v1/appointments/ID/proof/ answered for this ID"
    );
    verify->callback([&] { exit_code = verify_export(given.verified); });
    auto* report = audit->add_subcommand(
        "report", "Verify records, and print a page of HTML about them, or write it signed"
    );
    add_source(report, given.source);
    add_key(report, given.verified.keys);
    add_evidence(report, given.verified);
    report->add_option("--heads", given.heads_directory, "What `audit sign` has kept");
    report->add_option("--from", given.from, "Datetime at which the period begins");
    report->add_option("--to", given.to, "Datetime at which it has ended");
    report->add_option("--out", given.out, "The page's file; its signature is beside it");
    report->callback([&] { exit_code = report_export(given); });
    auto* check = audit->add_subcommand("verify-report", "Check the signature of a report");
    check->add_option("page", options.report_check.page, "The report")->required();
    add_key(check, options.report_check.keys)->required();
    check->add_option("--signature", options.report_check.note, "Its note; without it PAGE.note");
    check->callback([&] { exit_code = verify_report(options.report_check); });
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
