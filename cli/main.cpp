// The command line: reads options, calls one command, turns failures into exit codes.

#include "cli/access_log_command.hpp"
#include "cli/arguments.hpp"
#include "cli/audit_arguments.hpp"
#include "cli/backup_commands.hpp"
#include "cli/client_commands.hpp"
#include "cli/events_commands.hpp"
#include "cli/ledger_commands.hpp"
#include "cli/output.hpp"
#include "cli/projections_commands.hpp"
#include "cli/replay_command.hpp"
#include "cli/secrets_command.hpp"
#include "cli/serve.hpp"
#include "cli/webhook_arguments.hpp"
#include "infra/crypto/secrets_file.hpp"
#include "infra/private_files.hpp"
#include "node/ledger_backend.hpp"
#include "node/options.hpp"
#include "node/usage_error.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

namespace {

using namespace consularia::cli;
namespace node = consularia::node;

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

void add_client(CLI::App* command, ClientOptions& options) {
    add(command, "server", options.server, "URL of the running server");
    add(command, "secrets-file", options.secrets_file, "File with the admin key");
    add(command, "timeout-s", options.timeout, "When to give up waiting for an answer")
        ->check(CLI::Range(1, 86'400));
}

/// For commands that create something and may have to be repeated.
void add_idempotency(CLI::App* command, ClientOptions& options) {
    const auto given = [](const std::string& key) {
        return key.empty() ? std::string("It must not be empty") : std::string();
    };
    command
        ->add_option(
            "--idempotency-key", options.idempotency_key, "A repeat with the same key is safe"
        )
        ->check(given);
}

/// The commands' arguments. Lives as long as the parser.
struct Arguments {
    node::ServeOptions serve;
    ClientOptions client;
    node::StoreOptions store;
    ExportOptions exported;
    TailOptions tail;
    std::string heads;
    bool json = false;
    CopyOptions copied;
    ReplayOptions replayed;
    BackupOptions backup;
    AuditOptions audit;
    int exit_code = 0;
    std::string organization;
    std::string name;
    std::string token;
    std::string scopes = "read,write";
    std::string expires_at;
    std::string file;
};

void add_organization_and_token(CLI::App& app, Arguments& given) {
    auto* organization = app.add_subcommand("organization", "Organizations of a running server");
    organization->require_subcommand(1);
    auto* create = organization->add_subcommand("create", "Create one, with its first token");
    create->add_option("name", given.name, "Its name")->required();
    add_client(create, given.client);
    add_idempotency(create, given.client);
    create->callback([&] { create_organization(given.client, given.name); });

    auto* all = organization->add_subcommand("list", "Print all, one line of JSON each");
    add_client(all, given.client);
    all->callback([&] { list_organizations(given.client); });

    auto* token = app.add_subcommand("token", "API tokens of an organization");
    token->require_subcommand(1);
    auto* issue = token->add_subcommand("create", "Issue a token; its secret is printed once");
    issue->add_option("organization", given.organization, "The organization's id")->required();
    issue->add_option("name", given.name, "What the token is for")->required();
    issue->add_option("--scopes", given.scopes, "Any of read, write, events, webhooks, audit")
        ->capture_default_str();
    issue->add_option("--expires-at", given.expires_at, "Datetime after which it is refused");
    add_client(issue, given.client);
    add_idempotency(issue, given.client);
    issue->callback([&] {
        create_token(given.client, given.organization, given.name, given.scopes, given.expires_at);
    });
    auto* list = token->add_subcommand("list", "List the tokens, without secrets");
    list->add_option("organization", given.organization, "The organization's id")->required();
    add_client(list, given.client);
    list->callback([&] { list_tokens(given.client, given.organization); });
    auto* revoke = token->add_subcommand("revoke", "Revoke a token, at once");
    revoke->add_option("organization", given.organization, "The organization's id")->required();
    revoke->add_option("token", given.token, "The token's id")->required();
    add_client(revoke, given.client);
    revoke->callback([&] { revoke_token(given.client, given.organization, given.token); });
}

void add_formats(CLI::App& ledger, Arguments& given) {
    auto* formats = ledger.add_subcommand("formats", "Print what is read, written and in the log");
    add_store(formats, given.serve.store);
    add_write_format(formats, given.serve);
    formats->add_flag("--json", given.json, "As one line of JSON");
    formats->callback([&] { print_formats(given.serve, given.json); });
}

void add_ledger_and_projections(CLI::App& app, Arguments& given) {
    auto* ledger = app.add_subcommand("ledger", "The log itself, even beside a running server");
    ledger->require_subcommand(1);
    auto* init = ledger->add_subcommand("init", "Create the topic of a Kafka ledger, or check it");
    add_store(init, given.store);
    init->callback([&] { init_ledger(given.store); });
    auto* verify = ledger->add_subcommand("verify", "Check the chain of every organization");
    add_store(verify, given.store);
    verify->add_option("--heads", given.heads, "A file of heads that must be part of the chains");
    verify->callback([&] { verify_ledger(given.store, given.heads); });
    auto* head = ledger->add_subcommand("head", "Print the head of every organization, to be kept");
    add_store(head, given.store);
    head->callback([&] { print_heads(given.store); });
    add_formats(*ledger, given);
    auto* exported = ledger->add_subcommand("export", "Print every record, one per line");
    add_store(exported, given.store);
    exported->add_option("--organization", given.exported.organization, "Only this one's records");
    exported->add_flag("--facts", given.exported.facts_only, "Only accepted records");
    exported->callback([&] { export_ledger(given.store, given.exported); });

    auto* copy = ledger->add_subcommand("copy", "Move all facts into another ledger");
    const auto sides = node::forms_of_sides();
    copy->add_option("--from", given.copied.from, sides + "; a journal is that of a backup")
        ->required();
    copy->add_option("--to", given.copied.to, sides + "; a journal only gives")->required();
    add_ledger_options(copy, given.copied.store);
    copy->callback([&] { copy_ledger(given.copied); });

    auto* replay = ledger->add_subcommand(
        "replay", "Make a data directory of a past moment, to be served by `serve --read-only`"
    );
    add_store(replay, given.replayed.serve.store);
    add_row_options(replay, given.replayed.serve);
    replay->add_option("--as-of", given.replayed.as_of, "A datetime, or now")->required();
    replay->add_option(
        "--from-data-dir", given.replayed.from_data_dir, "Without it the topic of --ledger"
    );
    replay->callback([&] { replay_ledger(given.replayed); });

    auto* projections = app.add_subcommand("projections", "The read store, built from the ledger");
    projections->require_subcommand(1);
    auto* rebuild =
        projections->add_subcommand("rebuild", "Build it again, beside a running server");
    add_store(rebuild, given.serve.store);
    add_row_options(rebuild, given.serve);
    rebuild->callback([&] { rebuild_projections(given.serve); });
    auto* prepare = projections->add_subcommand(
        "prepare", "Build the one that this version needs, beside a server of another version"
    );
    add_store(prepare, given.serve.store);
    add_row_options(prepare, given.serve);
    add_build_limits(prepare, given.serve);
    prepare->callback([&] { prepare_projections(given.serve); });

    auto* secrets = app.add_subcommand("secrets", "The file with the keys");
    secrets->require_subcommand(1);
    auto* create = secrets->add_subcommand("create", "Create a new one");
    create->add_option("file", given.file, "Where; it must not exist")->required();
    create->callback([&] { consularia::infra::create_secrets(given.file); });
    auto* rotate = secrets->add_subcommand(
        "rotate-audit-key", "Add a key that signs the heads for auditors from now on"
    );
    rotate->add_option("file", given.file, "The secrets file; restart its servers")->required();
    rotate->callback([&] { rotate_audit_key(given.file); });
}

void add_events(CLI::App& app, Arguments& given) {
    auto& options = given.tail;
    auto* events = app.add_subcommand("events", "What happened, even beside a running server");
    events->require_subcommand(1);
    auto* tail = events->add_subcommand(
        "tail", "Print each event on a line: time, sequence, type, subject, actor"
    );
    add_store(tail, given.store);
    tail->add_option("--organization", options.organization, "Only this one's events");
    tail->add_option("--after", options.after, "Only events with a greater sequence")
        ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1} << 62));
    tail->add_flag("--follow", options.follow, "Go on with the events that are added");
    tail->add_flag("--json", options.json, "The events themselves, one line of JSON each");
    tail->callback([&] { tail_events(given.store, options); });
}

void add_audit(CLI::App& app, Arguments& given) {
    auto* audit = app.add_subcommand("audit", "Proof for those who trust nobody here");
    audit->require_subcommand(1);
    add_verify_and_report(audit, given.audit, given.exit_code);
    add_sign(audit, given.audit.sign);
    auto* access = audit->add_subcommand(
        "access-log", "Print and check the log of how auditors have used their tokens"
    );
    add(access, "data-dir", given.store.data_dir, "The server's");
    access->add_option("--organization", given.organization, "Only this one's tokens");
    access->callback([&] { print_access_log(given.store.data_dir, given.organization); });
}

void add_backup(CLI::App& app, Arguments& given) {
    auto& options = given.backup;
    auto* backup = app.add_subcommand(
        "backup", "Copy ledger, journal and secrets, even beside a running server"
    );
    backup->require_subcommand(0, 1);
    add_store(backup, options.store);
    add(backup,
        "secrets-file",
        options.secrets_file,
        "The server's; without it <data-dir>/secrets.toml");
    backup->add_option("--to", options.to, "Directory of the backup; one that is there is updated");
    backup->callback([backup, &options] {
        if (backup->get_subcommands().empty()) back_up(options);
    });
    auto* verify = backup->add_subcommand("verify", "Check everything in a backup, change nothing");
    verify->add_option("--from", options.from, "Directory of the backup")->required();
    verify->callback([&options] { verify_backup(options); });
    auto* restore = backup->add_subcommand(
        "restore", "Put a backup of an embedded ledger into a data directory; no server may run"
    );
    restore->add_option("--from", options.from, "Directory of the backup")->required();
    add(restore, "data-dir", options.store.data_dir, "Where it is put");
    restore->add_option("--reason", options.reason, "Why; `audit report` says it to auditors");
    restore->add_flag("--force", options.force, "Move a ledger that is there aside");
    restore->callback([&options] { restore_backup(options); });
}

/// librdkafka's secret settings, by parts of their names.
constexpr std::array kSecretSettings{"password", "client.secret", "key.pem"};

/// A configuration file with a password is as private as the secrets file.
void check_configuration(const std::string& file) {
    const auto exposure = consularia::infra::exposure_of(file);
    if (!exposure) return;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (line.find_first_not_of(" \t") == line.find('#')) continue;
        const bool secret = std::ranges::any_of(kSecretSettings, [&line](const char* name) {
            return line.find(name) != std::string::npos;
        });
        if (!secret) continue;
        throw std::runtime_error(
            "the configuration file " + file + " contains a password, and " + *exposure
        );
    }
}

/// CLI11 speaks of INI, whatever the file is.
std::string sentence_of(const CLI::Error& error) {
    const std::string sentence = error.what();
    const std::string begin = "INI was not able to parse ";
    if (!sentence.starts_with(begin)) return sentence;
    return "the configuration file has something that is no option: " +
           sentence.substr(begin.size());
}

int run(int argc, char** argv) {
    CLI::App app(
        "consularia: video appointments on an event-sourced, tamper-evident ledger", "consularia"
    );
    app.require_subcommand(1);
    app.set_version_flag("--version", CONSULARIA_VERSION);
    app.set_config("--config", "", "TOML file with options, in a section per command: [serve]");
    app.allow_config_extras(CLI::config_extras_mode::error);
    app.parse_complete_callback([&app] {
        if (app.get_config_ptr()->count() > 0) {
            check_configuration(app.get_config_ptr()->as<std::string>());
        }
    });
    app.failure_message([](const CLI::App*, const CLI::Error& error) {
        return "consularia: " + sentence_of(error) + " (see --help)\n";
    });
    Arguments given;
    auto* serve_command = app.add_subcommand("serve", "Run the server until SIGINT or SIGTERM");
    serve_command->fallthrough();
    add_serve_options(serve_command, given.serve);
    add_webhook_retries(serve_command, given.serve.webhooks.retries);
    serve_command->callback([&given] { serve(given.serve); });
    add_organization_and_token(app, given);
    add_ledger_and_projections(app, given);
    add_events(app, given);
    add_audit(app, given);
    add_backup(app, given);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kWrongUsage;
    }
    if (!serve_command->parsed()) finish_output();
    return given.exit_code;
}

}  // namespace

int main(int argc, char** argv) {
    consularia::infra::keep_new_files_private();
    try {
        return run(argc, argv);
    } catch (const consularia::node::UsageError& error) {
        std::cerr << "consularia: " << error.what() << "\n";
        return kWrongUsage;
    } catch (const std::exception& error) {
        std::cerr << "consularia: " << error.what() << "\n";
        return kFailed;
    }
}
