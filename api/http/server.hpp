#pragma once
// The HTTP server: accepts connections and runs their sessions on a few threads.

#include "api/http/client_address.hpp"
#include "api/http/limits.hpp"
#include "api/service.hpp"
#include "ledger/commands/command.hpp"
#include "ledger/log/health.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace consularia::api::http {

/// How the server carries out the steps that handlers return. Thread-safe.
struct Backend {
    /// Calls back exactly once, from any thread.
    std::function<void(ledger::Submission, ledger::ReplyHandler)> submit;
    /// Calls back, from any thread, with whether the organization's partition (without an
    /// organization: every partition) is caught up.
    std::function<void(std::optional<domain::OrganizationId>, std::function<void(bool)>)> sync;
    /// Whether sync would call back at once, with true.
    bool sync_is_free = false;
    /// Called from one thread when the number of hanging reads has changed. May be empty.
    std::function<void(std::size_t)> on_hanging_reads;
};

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

/// Listens from the constructor on, which throws std::system_error if that fails; clients wait
/// until start().
class Server {
  public:
    explicit Server(ServerOptions options);
    ~Server();

    [[nodiscard]] std::uint16_t port() const;

    /// The bytes of the bodies and answers that are in memory now.
    [[nodiscard]] std::size_t bytes_in_flight() const;

    /// Begins to serve. `service` outlives drain().
    void start(const Service& service, Backend backend);

    /// Continues to serve for the drain delay with Connection: close, stops accepting, lets
    /// exchanges that have begun finish until the drain time-out, then ends the threads.
    void drain();

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace consularia::api::http
