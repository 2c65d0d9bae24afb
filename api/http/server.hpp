#pragma once
// The HTTP server: accepts connections and runs their sessions on a few threads.

#include "api/http/backend.hpp"
#include "api/http/options.hpp"
#include "api/service.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace consularia::api::http {

/// Listens from the constructor on, which throws std::system_error if that fails; clients wait
/// until start().
class Server {
  public:
    explicit Server(ServerOptions options);
    ~Server();

    [[nodiscard]] std::uint16_t port() const;

    /// How many connections it serves at most.
    [[nodiscard]] std::size_t most_connections() const;

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
