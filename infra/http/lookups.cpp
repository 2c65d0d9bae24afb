#include "infra/http/lookups.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace consularia::infra::http {

namespace asio = boost::asio;

/// Outlives Lookups if its thread hangs.
struct Lookups::Lookup {
    std::mutex mutex;                ///< Guards io.
    asio::io_context* io = nullptr;  ///< Null once nobody waits any more.
    // Only for the thread of the io_context:
    std::optional<std::vector<domain::IpAddress>> found;
    std::vector<asio::steady_timer*> waiting;
};

Lookups::Lookups(asio::io_context& io, Resolve resolve, std::size_t threads)
    : io_(io),
      resolve_(std::move(resolve)),
      threads_(threads),
      running_(std::make_shared<std::atomic<std::size_t>>(0)) {}

Lookups::~Lookups() {
    for (const auto& [host, lookup] : lookups_) {
        const std::lock_guard lock(lookup->mutex);
        lookup->io = nullptr;
    }
}

/// Null if there is no thread for it.
std::shared_ptr<Lookups::Lookup> Lookups::start(const std::string& host) {
    if (const auto begun = lookups_.find(host); begun != lookups_.end()) return begun->second;
    if (running_->load() >= threads_) return nullptr;
    auto lookup = std::make_shared<Lookup>();
    lookup->io = &io_;
    const auto finish = [this, host, lookup](std::vector<domain::IpAddress> found) {
        lookup->found = std::move(found);
        lookups_.erase(host);
        for (auto* timer : lookup->waiting) timer->cancel();
    };
    auto work = [finish, lookup, host, resolve = resolve_, running = running_] {
        std::vector<domain::IpAddress> found;
        try {
            found = resolve(host);
        } catch (const std::exception&) {  // Then it has none.
        }
        --*running;
        const std::lock_guard lock(lookup->mutex);
        if (lookup->io == nullptr) return;
        asio::post(*lookup->io, [finish, found = std::move(found)]() mutable {
            finish(std::move(found));
        });
    };
    try {
        ++*running_;
        std::thread(std::move(work)).detach();
    } catch (const std::system_error&) {
        --*running_;
        return nullptr;
    }
    lookups_.emplace(host, lookup);
    return lookup;
}

asio::awaitable<Lookups::Found> Lookups::find(
    std::string host, std::chrono::steady_clock::time_point deadline
) {
    const auto lookup = start(host);
    if (!lookup) {
        co_return tl::unexpected<std::string>("Too many names are being resolved.");
    }
    asio::steady_timer timer(io_, deadline);
    lookup->waiting.push_back(&timer);
    const auto token = asio::as_tuple(asio::use_awaitable);
    co_await timer.async_wait(token);
    std::erase(lookup->waiting, &timer);
    if (!lookup->found) {
        co_return tl::unexpected<std::string>("The name of the host was not resolved in time.");
    }
    if (lookup->found->empty()) {
        co_return tl::unexpected<std::string>("The name of the host cannot be resolved.");
    }
    co_return *lookup->found;
}

}  // namespace consularia::infra::http
