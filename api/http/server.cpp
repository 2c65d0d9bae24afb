#include "api/http/server.hpp"

#include "api/http/session.hpp"
#include "api/http/write.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <vector>

namespace consularia::api::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds kTick{200};
constexpr std::chrono::milliseconds kAcceptPause{50};

/// Counts what is open, and lets one thread wait until nothing is.
class Gauge {
  public:
    void add() {
        const std::lock_guard lock(mutex_);
        ++count_;
    }

    void remove() {
        const std::lock_guard lock(mutex_);
        --count_;
        changed_.notify_all();
    }

    [[nodiscard]] std::size_t count() const {
        const std::lock_guard lock(mutex_);
        return count_;
    }

    void wait_for_none(std::chrono::milliseconds timeout) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, timeout, [this] { return count_ == 0; });
    }

  private:
    mutable std::mutex mutex_;  ///< Guards count_.
    std::condition_variable changed_;
    std::size_t count_ = 0;
};

/// One thread with its own io_context and the sessions that live on it.
struct Lane {
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    asio::steady_timer ticker{io};
    std::set<std::shared_ptr<Session>> sessions;
    std::thread thread;
};

IpBytes bytes_of(const asio::ip::address& address) {
    if (address.is_v6()) return address.to_v6().to_bytes();
    return asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes();
}

asio::awaitable<void> tick(Lane& lane) {
    for (;;) {
        lane.ticker.expires_after(kTick);
        const auto token = asio::as_tuple(asio::use_awaitable);
        const auto [error] = co_await lane.ticker.async_wait(token);
        if (error) co_return;
        const auto now = std::chrono::steady_clock::now();
        for (const auto& session : lane.sessions) session->check_deadline(now);
    }
}

}  // namespace

class Server::Impl {
  public:
    explicit Impl(ServerOptions options) : options_(std::move(options)) {
        for (std::size_t i = 0; i < std::max<std::size_t>(1, options_.threads); ++i) {
            lanes_.push_back(std::make_unique<Lane>());
        }
        acceptor_ = std::make_unique<tcp::acceptor>(lanes_.front()->io);
        try {
            listen();
        } catch (const boost::system::system_error& error) {
            throw std::system_error(error.code());
        }
    }

    ~Impl() { drain(); }

    [[nodiscard]] std::uint16_t port() const { return port_; }

    [[nodiscard]] std::size_t bytes_in_flight() const { return in_flight_.bytes(); }

    void start(const Service& service, Backend backend) {
        backend_ = std::move(backend);
        context_.emplace(SessionContext{options_, service, backend_, draining_, in_flight_});
        for (auto& lane : lanes_) asio::co_spawn(lane->io, tick(*lane), asio::detached);
        asio::co_spawn(lanes_.front()->io, accept(), asio::detached);
        for (auto& lane : lanes_) {
            lane->thread = std::thread([io = &lane->io] { io->run(); });
        }
    }

    void drain() {
        if (draining_.exchange(true)) return;
        asio::post(lanes_.front()->io, [this] {
            error_code ignored;  // Closing an acceptor that failed is no news.
            acceptor_->close(ignored);
        });
        for (auto& lane : lanes_) {
            asio::post(lane->io, [one = lane.get()] {
                for (const auto& session : one->sessions) session->drain();
            });
        }
        open_.wait_for_none(options_.limits.drain_timeout);
        for (auto& lane : lanes_) {
            lane->work.reset();
            lane->io.stop();
            if (lane->thread.joinable()) lane->thread.join();
        }
    }

  private:
    void listen() {
        const tcp::endpoint endpoint(asio::ip::make_address(options_.address), options_.port);
        acceptor_->open(endpoint.protocol());
        acceptor_->set_option(tcp::acceptor::reuse_address(true));
        // Connections inherit it. Left to itself the kernel keeps up to 4 MiB for a slow reader.
        const auto send_buffer = static_cast<int>(options_.limits.send_buffer_bytes);
        acceptor_->set_option(asio::socket_base::send_buffer_size(send_buffer));
        acceptor_->bind(endpoint);
        acceptor_->listen(asio::socket_base::max_listen_connections);
        port_ = acceptor_->local_endpoint().port();
    }

    asio::awaitable<void> accept() {
        std::size_t next = 0;
        while (!draining_) {
            Lane& lane = *lanes_[next++ % lanes_.size()];
            const auto token = asio::as_tuple(asio::use_awaitable);
            tcp::endpoint peer;
            auto [error, socket] = co_await acceptor_->async_accept(lane.io, peer, token);
            if (draining_) co_return;
            if (error) {  // Most likely out of file descriptors: others will be freed.
                options_.on_error("-", error.message());
                asio::steady_timer pause(lanes_.front()->io, kAcceptPause);
                co_await pause.async_wait(token);
                continue;
            }
            open(lane, std::move(socket), bytes_of(peer.address()));
        }
    }

    void open(Lane& lane, tcp::socket socket, const IpBytes& peer) {
        if (open_.count() >= options_.limits.connections) {
            turn_away(std::move(socket));
            return;
        }
        open_.add();
        auto session = std::make_shared<Session>(std::move(socket), peer, *context_);
        asio::post(lane.io, [this, &lane, session] {
            lane.sessions.insert(session);
            asio::co_spawn(lane.io, session->run(), [this, &lane, session](std::exception_ptr) {
                lane.sessions.erase(session);
                open_.remove();
            });
        });
    }

    static void turn_away(tcp::socket socket) {
        auto response = fail(Request{}, unavailable("The server has too many clients."));
        response.close = true;
        const auto answer = render_head(response, "-") + response.body;
        error_code ignored;  // Whether it hears us or not, the client is turned away.
        socket.non_blocking(true, ignored);
        socket.send(asio::buffer(answer), 0, ignored);
        socket.shutdown(tcp::socket::shutdown_send, ignored);
    }

    ServerOptions options_;
    Backend backend_;
    std::atomic<bool> draining_{false};
    InFlight in_flight_{options_.limits.in_flight_bytes};
    std::optional<SessionContext> context_;
    Gauge open_;
    std::vector<std::unique_ptr<Lane>> lanes_;
    std::unique_ptr<tcp::acceptor> acceptor_;
    std::uint16_t port_ = 0;
};

Server::Server(ServerOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Server::~Server() = default;

std::uint16_t Server::port() const {
    return impl_->port();
}

std::size_t Server::bytes_in_flight() const {
    return impl_->bytes_in_flight();
}

void Server::start(const Service& service, Backend backend) {
    impl_->start(service, std::move(backend));
}

void Server::drain() {
    impl_->drain();
}

}  // namespace consularia::api::http
