#pragma once
// Names of hosts resolved on threads of their own: a name service that hangs holds up nobody else.

#include "domain/webhook/addresses.hpp"
#include "infra/http/resolve.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <tl/expected.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace consularia::infra::http {

/// A thread for each name that is being resolved, up to a number; whoever asks for the same name in
/// that time waits for the same answer, and none is kept. To be used on the thread of the
/// io_context. No thread is waited for: what hangs in the end touches nothing of this object.
class Lookups {
  public:
    using Found = tl::expected<std::vector<domain::IpAddress>, std::string>;

    Lookups(boost::asio::io_context& io, Resolve resolve, std::size_t threads);
    Lookups(const Lookups&) = delete;
    Lookups& operator=(const Lookups&) = delete;
    /// While the io_context does not run.
    ~Lookups();

    /// The error is one sentence.
    [[nodiscard]] boost::asio::awaitable<Found> find(
        std::string host, std::chrono::steady_clock::time_point deadline
    );

  private:
    struct Lookup;

    std::shared_ptr<Lookup> start(const std::string& host);

    boost::asio::io_context& io_;
    const Resolve resolve_;
    const std::size_t threads_;
    std::shared_ptr<std::atomic<std::size_t>> running_;
    std::map<std::string, std::shared_ptr<Lookup>> lookups_;
};

}  // namespace consularia::infra::http
