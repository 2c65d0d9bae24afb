// The command line: reads options, calls one command, turns failures into exit codes.

#include "app/client_commands.hpp"
#include "app/ledger_commands.hpp"
#include "app/options.hpp"
#include "app/rebuild.hpp"
#include "app/serve.hpp"
#include "app/usage_error.hpp"
#include "infra/secrets_file.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <iostream>
#include <string>

namespace {

using namespace consularia::app;

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

/// "data-dir" as CONSULARIA_DATA_DIR.
std::string variable_of(const std::string& name) {
    std::string variable = "CONSULARIA_" + name;
    std::transform(variable.begin(), variable.end(), variable.begin(), [](unsigned char c) {
        return c == '-' ? '_' : static_cast<char>(std::toupper(c));
    });
    return variable;
}

/// An option that is also read from the environment. Given twice, the last one counts.
template <class T>
CLI::Option* add(CLI::App* command, const std::string& name, T& value, const std::string& help) {
    return command->add_option("--" + name, value, help)
        ->envname(variable_of(name))
        ->take_last()
        ->capture_default_str();
}

CLI::Option* add_ms(
    CLI::App* command,
    const std::string& name,
    std::chrono::milliseconds& value,
    const std::string& help
) {
    auto* option = command->add_option_function<std::int64_t>(
        "--" + name,
        [&value](const std::int64_t& ms) { value = std::chrono::milliseconds(ms); },
        help + " [milliseconds; default " + std::to_string(value.count()) + "]"
    );
    option->envname(variable_of(name))->take_last();
    return option->check(CLI::Range(std::int64_t{1}, std::int64_t{86'400'000}));
}

void add_store(CLI::App* command, StoreOptions& store) {
    add(command, "data-dir", store.data_dir, "Where everything is kept");
    add(command, "ledger", store.ledger, "The ledger: embedded");
}

void add_transport_limits(CLI::App* command, consularia::api::http::Limits& limits) {
    const auto positive = CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 40);
    const auto limit = [&](const char* name, std::size_t& value, const char* help) {
        add(command, name, value, help)->check(positive)->group("Transport limits");
    };
    limit("max-body-bytes", limits.body_bytes, "Largest request body");
    limit("max-header-bytes", limits.header_bytes, "Largest request header, with its first line");
    limit("max-header-fields", limits.header_fields, "Most header fields of a request");
    limit("max-target-bytes", limits.target_bytes, "Longest request target");
    limit("max-buffer-bytes", limits.buffer_bytes, "Read ahead on one connection");
    limit("max-connections", limits.connections, "Connections at once");
    limit(
        "max-requests-per-connection",
        limits.requests_per_connection,
        "Then the connection is closed"
    );
    const auto timeout = [&](const char* name, std::chrono::milliseconds& value, const char* help) {
        add_ms(command, name, value, help)->group("Transport limits");
    };
    timeout("header-timeout-ms", limits.header_timeout, "For a whole header, from its first byte");
    timeout("body-timeout-ms", limits.body_timeout, "For a whole body");
    timeout("write-timeout-ms", limits.write_timeout, "For a whole answer");
    timeout("idle-timeout-ms", limits.idle_timeout, "Between two requests");
    timeout("drain-timeout-ms", limits.drain_timeout, "For open requests when stopping");
}

void add_join(CLI::App* command, JoinOptions& join) {
    const auto option = [&](const char* name, auto& value, const char* help) {
        return add(command, name, value, help)->group("Access links");
    };
    option("join-opens-before-s", join.opens_before_s, "Joining opens so long before the start")
        ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{365} * 24 * 3600));
    option(
        "meeting-url",
        join.meeting_url,
        "Where who joins is sent; {room}, {role}, {display_name}, {jwt} are filled in"
    );
    option("meeting-jwt-audience", join.jwt_audience, "The token's aud");
    option("meeting-jwt-issuer", join.jwt_issuer, "The token's iss");
    option("meeting-jwt-subject", join.jwt_subject, "The token's sub");
}

void add_serve(CLI::App& app, ServeOptions& options) {
    auto* serve = app.add_subcommand("serve", "Run the server until SIGINT or SIGTERM");
    serve->fallthrough();
    const auto positive = CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 40);
    add_store(serve, options.store);
    add(serve, "listen", options.listen, "Address and port to serve on");
    add(serve, "prefix", options.prefix, "Path below which the API is");
    add(serve, "public-url", options.public_url, "URL by which clients and participants reach it");
    add(serve,
        "secrets-file",
        options.secrets_file,
        "Keys; without it <data-dir>/secrets.toml, made at the first start");
    add(serve, "threads", options.threads, "HTTP threads; 0 is one per processor")
        ->check(CLI::Range(0, 256));
    add(serve, "log-level", options.log_level, "debug, info, warning, error or off")
        ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}));
    add(serve, "min-free-bytes", options.min_free_bytes, "Free space below which nothing is written"
    )
        ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1} << 62));
    add(serve, "max-queue-commands", options.queue_commands, "Commands waiting; more are refused")
        ->check(positive);
    add(serve, "max-batch-commands", options.batch_commands, "Commands that share one sync")
        ->check(positive);
    add(serve, "cache-bytes", options.cache_bytes, "Memory for rows of the read store");
    add(serve, "command-deadline-ms", options.command_deadline_ms, "Then a command is given up")
        ->check(positive);
    add(serve, "idempotency-ttl-s", options.idempotency_ttl_s, "How long keys are remembered")
        ->check(positive);
    add_join(serve, options.join);
    add_transport_limits(serve, options.http);
    serve->callback([&options] { consularia::app::serve(options); });
}

void add_client(CLI::App* command, ClientOptions& options) {
    add(command, "server", options.server, "URL of the running server");
    add(command, "secrets-file", options.secrets_file, "File with the admin key");
}

/// What the commands with arguments were given. Lives as long as the parser.
struct Arguments {
    ServeOptions serve;
    ClientOptions client;
    StoreOptions store;
    ExportOptions exported;
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
    auto* create = organization->add_subcommand("create", "Make one, with its first token");
    create->add_option("name", given.name, "Its name")->required();
    add_client(create, given.client);
    create->callback([&] { create_organization(given.client, given.name); });

    auto* token = app.add_subcommand("token", "API tokens of an organization");
    token->require_subcommand(1);
    auto* issue = token->add_subcommand("create", "Issue a token; its secret is printed once");
    issue->add_option("organization", given.organization, "The organization's id")->required();
    issue->add_option("name", given.name, "What the token is for")->required();
    issue->add_option("--scopes", given.scopes, "Of read, write, audit")->capture_default_str();
    issue->add_option("--expires-at", given.expires_at, "Datetime after which it is refused");
    add_client(issue, given.client);
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

void add_ledger_and_projections(CLI::App& app, Arguments& given) {
    auto* ledger = app.add_subcommand("ledger", "Look at the log, also beside a running server");
    ledger->require_subcommand(1);
    auto* verify = ledger->add_subcommand("verify", "Check the chain of every organization");
    add_store(verify, given.store);
    verify->callback([&] { verify_ledger(given.store); });
    auto* exported = ledger->add_subcommand("export", "Print every record, one per line");
    add_store(exported, given.store);
    exported->add_option("--organization", given.exported.organization, "Only this one's");
    exported->add_flag("--facts", given.exported.facts_only, "Only accepted records");
    exported->callback([&] { export_ledger(given.store, given.exported); });

    auto* projections = app.add_subcommand("projections", "The read store, made from the ledger");
    projections->require_subcommand(1);
    auto* rebuild =
        projections->add_subcommand("rebuild", "Make it anew; the server must be stopped");
    add_store(rebuild, given.serve.store);
    add(rebuild, "listen", given.serve.listen, "As for serve");
    add(rebuild, "public-url", given.serve.public_url, "As for serve");
    add(rebuild, "secrets-file", given.serve.secrets_file, "As for serve");
    rebuild->callback([&] { rebuild_projections(given.serve); });

    auto* secrets = app.add_subcommand("secrets", "The file with the keys");
    secrets->require_subcommand(1);
    auto* create = secrets->add_subcommand("create", "Make a new one");
    create->add_option("file", given.file, "Where; it must not exist")->required();
    create->callback([&] { consularia::infra::create_secrets(given.file); });
}

int run(int argc, char** argv) {
    CLI::App app(
        "consularia: video appointments on an event-sourced, tamper-evident ledger", "consularia"
    );
    app.require_subcommand(1);
    app.set_version_flag("--version", CONSULARIA_VERSION);
    app.set_config("--config", "", "TOML file with options, in a section per command: [serve]");
    app.allow_config_extras(CLI::config_extras_mode::error);
    app.failure_message([](const CLI::App*, const CLI::Error& error) {
        return "consularia: " + std::string(error.what()) + " (--help tells more)\n";
    });
    Arguments given;
    add_serve(app, given.serve);
    add_organization_and_token(app, given);
    add_ledger_and_projections(app, given);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kWrongUsage;
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const UsageError& error) {
        std::cerr << "consularia: " << error.what() << "\n";
        return kWrongUsage;
    } catch (const std::exception& error) {
        std::cerr << "consularia: " << error.what() << "\n";
        return kFailed;
    }
}
