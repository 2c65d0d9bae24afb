#include "node/server_options.hpp"

#include "api/http/connections.hpp"
#include "infra/descriptors.hpp"
#include "node/usage_error.hpp"

#include <algorithm>
#include <spdlog/spdlog.h>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace consularia::node {

namespace {

/// Standard streams, log, lock, metrics, and files that are open for a moment.
constexpr std::size_t kProcessFiles = 48;
/// For an event loop.
constexpr std::size_t kThreadFiles = 4;

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

std::string_view or_dash(std::string_view text) {
    return text.empty() ? "-" : text;
}

/// One line for one request.
void log_request(const api::http::RequestLine& line) {
    spdlog::info(
        "request id={} uuid={} actor={} method={} route={} status={} duration_us={}{}{}",
        line.request_id,
        line.request_uuid,
        or_dash(line.actor),
        or_dash(line.method),
        or_dash(line.route),
        line.status,
        line.duration.count(),
        line.why.empty() ? "" : " why=",
        line.why
    );
}

void log_turned_away(const api::http::TurnedAway& count) {
    spdlog::warn(
        "turned away {} connections at --max-connections, {} at --max-connections-per-address, {} "
        "for lack of a file descriptor; {} could not be accepted",
        count.too_many,
        count.too_many_of_address,
        count.no_descriptor,
        count.failed
    );
}

}  // namespace

api::http::TrustedProxies trusted_proxies(const ServeOptions& options) {
    try {
        return api::http::TrustedProxies(options.trusted_proxies);
    } catch (const std::invalid_argument& error) {
        throw UsageError(error.what());
    }
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
    server.stalled_after = options.stalled_after;
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

}  // namespace consularia::node
