#include "node/serve.hpp"

#include "api/http/connections.hpp"
#include "api/http/server.hpp"
#include "api/rates.hpp"
#include "infra/crypto/crypto.hpp"
#include "infra/crypto/ids.hpp"
#include "infra/crypto/signed_links.hpp"
#include "infra/data_dir_lock.hpp"
#include "infra/descriptors.hpp"
#include "infra/files.hpp"
#include "infra/system_clock.hpp"
#include "node/address.hpp"
#include "node/data_dir.hpp"
#include "node/flusher.hpp"
#include "node/health_log.hpp"
#include "node/late_read_store.hpp"
#include "node/ledger_backend.hpp"
#include "node/log.hpp"
#include "node/meetings.hpp"
#include "node/node.hpp"
#include "node/secrets.hpp"
#include "node/signals.hpp"
#include "node/start.hpp"
#include "node/start_progress.hpp"
#include "node/stop_limit.hpp"
#include "node/storage_watch.hpp"
#include "node/stores.hpp"
#include "node/table_report.hpp"
#include "node/usage_error.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <spdlog/spdlog.h>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace consularia::node {

namespace {

constexpr std::chrono::milliseconds kFlushEvery{1000};
/// Standard streams, log, lock, metrics, and files that are open for a moment.
constexpr std::size_t kProcessFiles = 48;
/// For an event loop.
constexpr std::size_t kThreadFiles = 4;
/// How long stopping may take after open requests have used up their own time.
constexpr std::chrono::milliseconds kStopReserve{1000};

api::http::TrustedProxies trusted_proxies(const ServeOptions& options) {
    try {
        return api::http::TrustedProxies(options.trusted_proxies);
    } catch (const std::invalid_argument& error) {
        throw UsageError(error.what());
    }
}

/// Descriptors for everything that is neither a connection nor a database's file.
std::size_t reserved_files(
    const ServeOptions& options, const LedgerBackend& backend, std::size_t threads
) {
    if (options.reserved_files > 0) return options.reserved_files;
    return kProcessFiles + kThreadFiles * threads + api::http::Connections::kOverlap +
           backend.files();
}

/// As many as requested, if that many fit.
std::size_t most_connections(
    const ServeOptions& options, const LedgerBackend& backend, std::size_t threads
) {
    const auto wanted = options.http.connections;
    const auto limit = infra::raise_descriptor_limit();
    const auto fit = infra::connections_at(limit, reserved_files(options, backend, threads));
    if (fit >= wanted) return wanted;
    spdlog::warn(
        "--max-connections is {} and not {}: this process may open {} files. Raise the limit "
        "(ulimit -n, LimitNOFILE) to serve more",
        fit,
        wanted,
        limit
    );
    return fit;
}

void log_turned_away(const api::http::TurnedAway& count) {
    spdlog::warn(
        "turned away {} connections at --max-connections, {} at --max-connections-per-address, {} "
        "for want of a file descriptor; {} could not be accepted",
        count.too_many,
        count.too_many_of_address,
        count.no_descriptor,
        count.failed
    );
}

api::http::ServerOptions server_options(
    const ServeOptions& options,
    const LedgerBackend& backend,
    const Address& address,
    infra::Metrics& metrics
) {
    api::http::ServerOptions server;
    server.address = address.host;
    server.port = address.port;
    server.threads =
        options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
    server.limits = options.http;
    server.stalled_after = std::chrono::milliseconds(options.stalled_after_ms);
    server.limits.connections = most_connections(options, backend, server.threads);
    server.trusted_proxies = trusted_proxies(options);
    server.on_request = [&metrics](const api::http::RequestLine& line) {
        metrics.request(line.method, line.route, line.status, line.duration);
        log_request(line);
    };
    server.on_error = [](std::string_view request_id, std::string_view what) {
        spdlog::error("request id={} failed: {}", request_id, what);
    };
    server.on_turned_away = [&metrics](const api::http::TurnedAway& count) {
        metrics.refused_connections("limit", count.too_many);
        metrics.refused_connections("address", count.too_many_of_address);
        metrics.refused_connections("descriptor", count.no_descriptor);
        metrics.refused_connections("failed", count.failed);
        log_turned_away(count);
    };
    return server;
}

std::unique_ptr<api::http::Server> listen(
    api::http::ServerOptions options, const std::string& address
) {
    try {
        return std::make_unique<api::http::Server>(std::move(options));
    } catch (const std::system_error& error) {
        throw std::runtime_error(
            "Cannot listen on " + address + ": " + error.code().message() + "."
        );
    }
}

[[nodiscard]] std::string checked_prefix(std::string prefix) {
    while (prefix.ends_with('/')) prefix.pop_back();
    if (!prefix.empty() && !prefix.starts_with('/')) {
        throw UsageError("--prefix must start with a slash, not \"" + prefix + "\".");
    }
    return prefix;
}

ledger::AdmissionLimits admission_limits(const ServeOptions& options) {
    const auto or_quarter = [](std::size_t limit, std::size_t whole) {
        return limit > 0 ? limit : std::max<std::size_t>(1, whole / 4);
    };
    return {
        options.queue_commands,
        or_quarter(options.queue_commands_per_organization, options.queue_commands),
        options.queue_bytes,
        or_quarter(options.queue_bytes_per_organization, options.queue_bytes)};
}

NodeLimits node_limits(const ServeOptions& options, const StorageWatch& storage) {
    NodeLimits limits;
    limits.worker.admission = admission_limits(options);
    limits.worker.processor.batch_commands = options.batch_commands;
    limits.worker.processor.batch_bytes = options.batch_bytes;
    limits.worker.processor.idempotency_ttl_micros =
        StoreSettings::of(options).idempotency_ttl_micros;
    limits.worker.processor.append_failure_holds =
        std::chrono::milliseconds(options.append_failure_holds_ms);
    limits.out_of_storage = [&storage] { return storage.nearly_full(); };
    limits.sync_deadline = std::chrono::milliseconds(options.command_deadline_ms);
    limits.any_max_age = std::chrono::seconds(options.any_max_age_s);
    return limits;
}

ledger::HealthLimits health_limits(const ServeOptions& options) {
    ledger::HealthLimits limits;
    limits.stall = std::chrono::milliseconds(options.stalled_after_ms);
    return limits;
}

/// What handlers work with. All arguments outlive it.
api::Service make_service(
    const ServeOptions& options,
    const infra::Secrets& secrets,
    const ledger::Clock& clock,
    infra::IdSource& ids,
    const projections::Links& links,
    const std::optional<infra::MeetingUrls>& meetings,
    const projections::ReadStore& store,
    const Node& node,
    const StartProgress& progress,
    const std::atomic<bool>& leaving
) {
    api::Service service;
    service.prefix = checked_prefix(options.prefix);
    if (const auto url = checked_public_url(options); !url.empty()) service.public_url = url;
    service.command_deadline = std::chrono::milliseconds(options.command_deadline_ms);
    service.idempotency_ttl_micros = StoreSettings::of(options).idempotency_ttl_micros;
    service.max_body_values = options.body_values;
    service.piece_bytes = options.http.piece_bytes;
    service.store = &store;
    service.fresh_enough = [&node](domain::OrganizationId organization) {
        return node.fresh_enough(organization);
    };
    service.links = &links;
    service.clock = &clock;
    service.new_id = [&ids] { return ids.next(); };
    service.new_secret = infra::random_secret;
    service.is_admin_key = [&secrets](std::string_view secret) {
        return infra::equal_in_constant_time(secret, secrets.admin_key);
    };
    service.hash_request = infra::Hmac(secrets.request_key);
    service.join_opens_before_micros = options.join.opens_before_micros();
    service.join_repeat_micros = options.join.repeat_micros();
    if (meetings) {
        service.meeting_origin = meetings->origin();
        service.meeting_url = [&meetings](
                                  domain::OrganizationId organization,
                                  const domain::Details& details,
                                  const domain::Participant& participant
                              ) { return meetings->url(organization, details, participant); };
    }
    service.not_ready = [&node, &progress, &leaving]() -> std::optional<std::string> {
        if (leaving) return "The server is stopping.";
        if (!node.serves()) return "The server is starting: " + progress.text() + ".";
        const auto readiness = node.readiness();
        if (readiness.faults.empty()) return std::nullopt;
        return join(readiness.faults);
    };
    service.degraded = [&node] { return node.readiness().degraded; };
    return service;
}

void report_hanging_reads(ledger::Health& health, std::size_t hanging) {
    constexpr ledger::Place kPlace{std::nullopt, ledger::Part::reads};
    if (hanging == 0) return health.fine(kPlace);
    health.fails(
        kPlace, std::to_string(hanging) + (hanging == 1 ? " has" : " have") + " not returned"
    );
}

api::http::Backend make_backend(Node& node, ledger::Health& health, bool sync_is_free) {
    api::http::Backend backend;
    backend.submit = [&node](ledger::Submission submission, ledger::ReplyHandler reply) {
        node.submit(std::move(submission), std::move(reply));
    };
    backend.sync = [&node](
                       std::optional<domain::OrganizationId> organization,
                       std::function<void(bool)> done
                   ) { node.sync(organization, std::move(done)); };
    backend.sync_is_free = sync_is_free;
    backend.on_hanging_reads = [&health](std::size_t hanging) {
        report_hanging_reads(health, hanging);
    };
    return backend;
}

void check_usage(const ServeOptions& options, const LedgerBackend& backend) {
    (void)parse_address(options.listen);
    (void)checked_prefix(options.prefix);
    (void)checked_public_url(options);
    (void)trusted_proxies(options);
    if (backend.shared() && options.secrets_file.empty()) {
        throw UsageError(
            "--secrets-file must be named with a " + backend.name() +
            " ledger, since all nodes share it: "
            "`consularia secrets create FILE` makes one."
        );
    }
}

/// Everything but `metrics` is looked up until told to stop.
void show(
    infra::Metrics& metrics,
    const api::Service& service,
    const ledger::Health& health,
    const std::string& listen
) {
    metrics.watch_readiness([&service] { return !service.not_ready(); });
    metrics.watch_health([&health] { return health.troubles(); });
    if (listen.empty()) return;
    spdlog::info("serving metrics on port {}", metrics.serve(listen));
}

}  // namespace

void serve(const ServeOptions& options) {
    const auto backend = choose_ledger(options.store);
    check_usage(options, *backend);  // Wrong usage is reported before anything is touched.
    const bool shared = backend->shared();
    auto address = parse_address(options.listen);
    Signals signals;
    const Log log(options.log_level, options.log_queue_lines);
    std::optional<StopLimit> stop_limit;  // until everything below is destroyed
    const infra::SystemClock clock(std::chrono::seconds(options.max_clock_jump_s));
    infra::IdSource ids(clock);
    infra::Metrics metrics;

    // Listening comes before the data: a busy port is reported at once, and the port is part of
    // links.
    const auto server = listen(server_options(options, *backend, address, metrics), options.listen);
    address.port = server->port();
    const auto origin = origin_of(address);
    const DataDir dir(options.store.data_dir);
    dir.create();
    const infra::DataDirLock lock(dir.root());
    const auto secrets = open_secrets(dir, options.secrets_file);
    const auto public_url = checked_public_url(options);
    if (shared && public_url.empty()) {
        spdlog::warn("without --public-url a node's links lead to that node: here {}", origin);
    }
    const infra::SignedLinks links(public_url.empty() ? origin : public_url, secrets.link_keys);
    const auto meetings = make_meeting_urls(options.join, secrets);

    // From here on the server answers; everything that takes time follows on the start's thread.
    ledger::Health health(clock, health_limits(options));
    TableReport tables(metrics, health);
    LateReadStore store;
    StartProgress progress(clock);
    const HealthLog health_log(health);
    const StorageWatch storage(dir.root(), options.min_free_bytes, health);
    const Flusher flusher(store, kFlushEvery, health);
    Node node(store, links, clock, ids, metrics, health, node_limits(options, storage));
    const api::Rates rates(options.rates, clock, [&metrics](std::string_view limit) {
        metrics.throttled(limit);
    });
    std::atomic<bool> leaving = false;
    auto service =
        make_service(options, secrets, clock, ids, links, meetings, store, node, progress, leaving);
    service.rates = &rates;
    show(metrics, service, health, options.metrics_listen);
    metrics.watch_in_flight([&server] { return server->bytes_in_flight(); });
    const auto announce = [&origin] {
        spdlog::info("serving on {}", origin);
        std::cout << "consularia is ready on " << origin << std::endl;
    };
    Start start({options, *backend, dir, links, metrics, progress, tables, store, node});
    service.started = [&start] { return start.settled(); };
    service.open = [&node, &store, shared] { return shared ? store.is_open() : node.serves(); };
    server->start(service, make_backend(node, health, !shared));
    start.begin(announce);
    signals.wait();
    leaving = true;
    stop_limit.emplace(options.http.drain_delay + options.http.drain_timeout + kStopReserve);
    spdlog::info("stopping: finishing what was accepted");
    start.give_up();
    server->drain();
    node.stop();
    metrics.watch_readiness({});
    metrics.watch_in_flight({});
    metrics.watch_health({});
    start.end();
    spdlog::info("stopped");
}

}  // namespace consularia::node
