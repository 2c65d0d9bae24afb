#pragma once
// The options of the HTTP server, and what it reports through them.

#include "api/http/client_address.hpp"
#include "api/http/limits.hpp"
#include "ledger/log/health.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace consularia::api::http {

/// One line of the request log. Contains no secrets and no personal data.
struct RequestLine {
    std::string_view request_id;
    std::string_view request_uuid;  ///< Made by the server.
    std::string_view actor;
    std::string_view method;
    std::string_view route;
    int status = 0;
    std::chrono::microseconds duration{};
    std::string_view why;  ///< The cause of a machine failure, which the answer itself does not
                           ///< give.
};

/// Connections that were not served, by reason.
struct TurnedAway {
    std::size_t too_many = 0;             ///< Limits::connections; 503.
    std::size_t too_many_of_address = 0;  ///< Limits::connections_per_address; 503.
    std::size_t no_descriptor = 0;        ///< The process may open no more files; 503.
    std::size_t failed = 0;               ///< Could not be accepted at all.

    [[nodiscard]] bool any() const {
        return too_many + too_many_of_address + no_descriptor + failed > 0;
    }
};

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;  ///< 0 selects a free one.
    std::size_t threads = 2;
    Limits limits;
    /// When a read is reported as hanging.
    std::chrono::milliseconds stalled_after = ledger::HealthLimits{}.stall;
    TrustedProxies trusted_proxies;
    std::function<void(const RequestLine&)> on_request;
    std::function<void(std::string_view request_id, std::string_view what)> on_error;
    /// Called with the counts since the last call; at once, then at most every ten seconds. May be
    /// empty.
    std::function<void(const TurnedAway&)> on_turned_away;
};

}  // namespace consularia::api::http
