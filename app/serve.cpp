#include "app/serve.hpp"

#include "api/http/server.hpp"
#include "app/address.hpp"
#include "app/data_dir.hpp"
#include "app/flusher.hpp"
#include "app/log.hpp"
#include "app/meetings.hpp"
#include "app/secrets.hpp"
#include "app/signals.hpp"
#include "app/stores.hpp"
#include "app/usage_error.hpp"
#include "infra/crypto.hpp"
#include "infra/data_dir_lock.hpp"
#include "infra/ids.hpp"
#include "infra/signed_links.hpp"
#include "infra/system_clock.hpp"
#include "ledger/partition_worker.hpp"
#include "ledger/sync.hpp"
#include "projections/deadline_worker.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <spdlog/spdlog.h>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace consularia::app {

namespace {

constexpr std::chrono::milliseconds kFlushEvery{1000};

api::http::ServerOptions server_options(const ServeOptions& options, const Address& address) {
    api::http::ServerOptions server;
    server.address = address.host;
    server.port = address.port;
    server.threads =
        options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
    server.limits = options.http;
    server.on_request = log_request;
    server.on_error = [](std::string_view request_id, std::string_view what) {
        spdlog::error("request id={} failed: {}", request_id, what);
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

ledger::WorkerLimits worker_limits(const ServeOptions& options, const StoreSettings& settings) {
    ledger::WorkerLimits limits;
    limits.queue_commands = options.queue_commands;
    limits.processor.batch_commands = options.batch_commands;
    limits.processor.idempotency_ttl_micros = settings.idempotency_ttl_micros;
    return limits;
}

/// What handlers work with. Everything given outlives it.
api::Service make_service(
    const ServeOptions& options,
    const infra::Secrets& secrets,
    const ledger::Clock& clock,
    infra::IdSource& ids,
    const projections::Links& links,
    const std::optional<infra::MeetingUrls>& meetings,
    const projections::ReadStore& store,
    const ledger::PartitionWorker& worker
) {
    api::Service service;
    service.prefix = checked_prefix(options.prefix);
    if (const auto url = checked_public_url(options); !url.empty()) service.public_url = url;
    service.command_deadline = std::chrono::milliseconds(options.command_deadline_ms);
    service.idempotency_ttl_micros = StoreSettings::of(options).idempotency_ttl_micros;
    service.store = &store;
    service.links = &links;
    service.clock = &clock;
    service.new_id = [&ids] { return ids.next(); };
    service.new_secret = infra::random_secret;
    service.is_admin_key = [&secrets](std::string_view secret) {
        return infra::equal_in_constant_time(secret, secrets.admin_key);
    };
    service.hash_request = infra::Hmac(secrets.request_key);
    service.join_opens_before_micros = options.join.opens_before_micros();
    if (meetings) {
        service.meeting_origin = meetings->origin();
        service.meeting_url = [&meetings](
                                  domain::OrganizationId organization,
                                  const domain::Details& details,
                                  const domain::Participant& participant
                              ) { return meetings->url(organization, details, participant); };
    }
    service.not_ready = [&worker, &options]() -> std::optional<std::string> {
        if (!worker.healthy()) return "The server cannot write at the moment.";
        const auto free = std::filesystem::space(options.store.data_dir).available;
        if (free < options.min_free_bytes) return "The server is out of storage.";
        return std::nullopt;
    };
    return service;
}

}  // namespace

void serve(const ServeOptions& options) {
    require_embedded(options.store);
    auto address = parse_address(options.listen);
    (void)checked_prefix(options.prefix);  // Wrong usage is told before anything is touched.
    const auto public_url = checked_public_url(options);
    Signals signals;
    const Log log(options.log_level);
    const infra::SystemClock clock;
    infra::IdSource ids(clock);

    // Listening comes before the data: a busy port is told at once, and its number is part of
    // links.
    const auto server = listen(server_options(options, address), options.listen);
    address.port = server->port();
    const auto origin = origin_of(address);
    const DataDir dir(options.store.data_dir);
    dir.create();
    const infra::DataDirLock lock(dir.root());
    const auto secrets = open_secrets(dir, options.secrets_file);

    // The ledger, its projections, and the one thread that writes both.
    const infra::SignedLinks links(public_url.empty() ? origin : public_url, secrets.link_keys);
    const auto meetings = make_meeting_urls(options.join, secrets);
    const auto settings = StoreSettings::of(options);
    const auto stores = open_stores(dir, links, settings);
    ledger::PartitionWorker worker(
        0,
        *stores.ledger,
        *stores.projector,
        clock,
        worker_limits(options, settings),
        [](const std::string& problem) { spdlog::error("partition 0: {}", problem); }
    );
    worker.start();
    ledger::Sync sync(*stores.ledger, {&worker}, clock);
    const Flusher flusher(*stores.read_store, kFlushEvery);

    const auto service =
        make_service(options, secrets, clock, ids, links, meetings, *stores.read_store, worker);
    api::http::Backend backend;
    backend.submit = [&worker](ledger::Submission submission, ledger::ReplyHandler reply) {
        worker.submit(std::move(submission), std::move(reply));
    };
    backend.sync = [&](domain::OrganizationId, std::function<void(bool)> done) {
        sync.wait(0, clock.steady() + service.command_deadline, std::move(done));
    };
    backend.sync_is_free = sync.free();

    projections::DeadlineWorker deadlines(
        *stores.read_store,
        stores.ledger->partitions(),
        clock,
        backend.submit,
        [&ids] { return ids.next<domain::EventId>(); },
        [](const std::string& problem) { spdlog::error("deadlines: {}", problem); }
    );
    deadlines.start();
    server->start(service, std::move(backend));
    spdlog::info("serving on {}", origin);
    std::cout << "consularia is ready on " << origin << std::endl;
    signals.wait();
    spdlog::info("stopping: finishing what was accepted");
    server->drain();
    deadlines.stop();
    worker.drain();
    sync.stop();
    spdlog::info("stopped");
}

}  // namespace consularia::app
