#include "api/http/server.hpp"

#include "api/http/connections.hpp"
#include "api/http/listener.hpp"
#include "api/http/loop.hpp"
#include "api/http/loop_watch.hpp"
#include "api/http/send_at_once.hpp"
#include "api/http/session.hpp"
#include "api/http/write.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <future>
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
constexpr std::chrono::milliseconds kRoomPause{1};
constexpr std::chrono::milliseconds kRoomPatience{200};
constexpr std::chrono::milliseconds kAcceptPause{50};
constexpr std::chrono::seconds kReportTurnedAway{10};
/// Time for handshakes that have begun when the listener turns off: a few round trips to a nearby
/// balancer.
constexpr std::chrono::milliseconds kLastHandshakes{50};

/// A loop and the sessions that live on it.
struct Lane {
    Loop loop;
    asio::io_context& io = loop.io();
    asio::steady_timer ticker{io};
    std::set<std::shared_ptr<Session>> sessions;
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
    explicit Impl(ServerOptions options)
        : options_(std::move(options)),
          connections_(options_.limits.connections, options_.limits.connections_per_address) {
        for (std::size_t i = 0; i < std::max<std::size_t>(1, options_.threads); ++i) {
            lanes_.push_back(std::make_unique<Lane>());
        }
        try {
            listener_.emplace(
                lanes_.front()->io,
                options_.address,
                options_.port,
                options_.limits.send_buffer_bytes
            );
        } catch (const boost::system::system_error& error) {
            throw std::system_error(error.code());
        }
    }

    ~Impl() { drain(); }

    [[nodiscard]] std::uint16_t port() const { return listener_->port(); }

    [[nodiscard]] std::size_t most_connections() const { return options_.limits.connections; }

    [[nodiscard]] std::size_t bytes_in_flight() const { return in_flight_.bytes(); }

    void start(const Service& service, Backend backend) {
        backend_ = std::move(backend);
        std::vector<Loop*> loops;
        for (auto& lane : lanes_) loops.push_back(&lane->loop);
        for (auto* loop : loops) loop->start();
        watch_.emplace(std::move(loops), watch_limits(), backend_.on_hanging_reads);
        context_.emplace(SessionContext{options_, service, backend_, phase_, in_flight_, *watch_});
        for (auto& lane : lanes_) asio::co_spawn(lane->io, tick(*lane), asio::detached);
        asio::co_spawn(lanes_.front()->io, accept(), asio::detached);
        asio::co_spawn(lanes_.front()->io, report_turned_away(), asio::detached);
    }

    void drain() {
        if (phase_.exchange(Phase::leaving) != Phase::serving) return;
        leave();
        phase_ = Phase::stopping;
        for (auto& lane : lanes_) {
            asio::post(lane->io, [one = lane.get()] {
                for (const auto& session : one->sessions) session->drain();
            });
        }
        connections_.wait_for_none(options_.limits.drain_timeout);
        if (watch_) watch_->stop();
        for (auto& lane : lanes_) lane->loop.stop();
        for (auto& lane : lanes_) lane->loop.join();
    }

  private:
    [[nodiscard]] LoopWatchLimits watch_limits() const {
        const auto& limits = options_.limits;
        return {limits.read_patience, limits.hanging_reads + lanes_.size(), options_.stalled_after};
    }

    /// Serves for the drain delay, one more request per connection, then closes the listener. With
    /// a delay no earlier connection is lost.
    void leave() {
        const auto delay = options_.limits.drain_delay;
        auto& io = lanes_.front()->io;
        if (!context_) return listener_->close();  // start() was not called: there is no thread.
        if (delay.count() > 0) {
            std::this_thread::sleep_for(delay);
            asio::post(io, [this] { listener_->turn_off(); });
            std::this_thread::sleep_for(kLastHandshakes);
        }
        const auto closed = std::make_shared<std::promise<void>>();
        asio::post(io, [this, closed] {
            admit_waiting();
            listener_->close();
            closed->set_value();
        });
        if (delay.count() > 0) (void)closed->get_future().wait_for(options_.limits.drain_timeout);
    }

    /// At most as many as the kernel queues, however many arrive during this.
    void admit_waiting() {
        for (int left = asio::socket_base::max_listen_connections; left > 0; --left) {
            Lane& lane = next_lane();
            auto accepted = listener_->accept_now(lane.io);
            if (!accepted) return;
            admit(lane, std::move(*accepted));
        }
    }

    /// Lanes are used in turn.
    Lane& next_lane() { return *lanes_[++turn_ % lanes_.size()]; }

    /// Silent connections make room at once, but a burst can be even faster.
    asio::awaitable<void> await_room() {
        asio::steady_timer pause(lanes_.front()->io);
        const auto until = std::chrono::steady_clock::now() + kRoomPatience;
        while (connections_.crowded() && std::chrono::steady_clock::now() < until) {
            pause.expires_after(kRoomPause);
            const auto token = asio::as_tuple(asio::use_awaitable);
            co_await pause.async_wait(token);
        }
    }

    asio::awaitable<void> accept() {
        while (listener_->is_open()) {
            co_await await_room();
            Lane& lane = next_lane();
            auto accepted = co_await listener_->accept(lane.io);
            if (accepted) {
                admit(lane, std::move(*accepted));
            } else if (listener_->is_open() && accepted.error() != asio::error::would_block) {
                ++turned_away_.failed;
                asio::steady_timer pause(lanes_.front()->io, kAcceptPause);
                const auto token = asio::as_tuple(asio::use_awaitable);
                co_await pause.async_wait(token);
            }
        }
    }

    void admit(Lane& lane, Listener::Accepted accepted) {
        if (accepted.with_reserve) {
            ++turned_away_.no_descriptor;
            return turn_away(std::move(accepted.socket), "The server has too many clients.");
        }
        const auto peer = bytes_of(accepted.peer.address());
        const auto entered = connections_.enter(options_.trusted_proxies.client_of(peer, ""));
        if (const auto* refusal = std::get_if<Refusal>(&entered)) {
            const bool all = *refusal == Refusal::too_many;
            ++(all ? turned_away_.too_many : turned_away_.too_many_of_address);
            return turn_away(
                std::move(accepted.socket),
                all ? "The server has too many clients."
                    : "There are too many connections from your address."
            );
        }
        open(lane, std::move(accepted.socket), peer, std::get<Connections::Id>(entered));
    }

    void open(Lane& lane, tcp::socket socket, const IpBytes& peer, Connections::Id id) {
        auto session = std::make_shared<Session>(
            std::move(socket), peer, [this, id] { connections_.heard(id); }, lane.loop, *context_
        );
        connections_.watch(id, [&lane, weak = std::weak_ptr(session)] {
            asio::post(lane.io, [weak] {
                if (const auto silent = weak.lock()) silent->end_if_idle();
            });
        });
        asio::post(lane.io, [this, &lane, session, id] {
            lane.sessions.insert(session);
            asio::co_spawn(lane.io, session->run(), [this, &lane, session, id](std::exception_ptr) {
                lane.sessions.erase(session);
                connections_.leave(id);
            });
        });
    }

    static void turn_away(tcp::socket socket, std::string why) {
        auto response = fail(Request{}, unavailable(std::move(why)));
        response.close = true;
        send_at_once(socket, render_head(response, "-") + response.body);
    }

    /// Reports at once when it begins, then every ten seconds while it lasts.
    asio::awaitable<void> report_turned_away() {
        asio::steady_timer timer(lanes_.front()->io);
        const auto token = asio::as_tuple(asio::use_awaitable);
        for (;;) {
            const bool any = turned_away_.any();
            if (any && options_.on_turned_away) options_.on_turned_away(turned_away_);
            turned_away_ = {};
            timer.expires_after(any ? kReportTurnedAway : kTick);
            const auto [error] = co_await timer.async_wait(token);
            if (error) co_return;
        }
    }

    ServerOptions options_;
    Backend backend_;
    std::atomic<Phase> phase_{Phase::serving};
    InFlight in_flight_{options_.limits.in_flight_bytes, options_.limits.in_flight_share()};
    std::optional<SessionContext> context_;
    Connections connections_;
    std::vector<std::unique_ptr<Lane>> lanes_;
    std::optional<LoopWatch> watch_;
    // Used on the first lane's thread, like the listener:
    std::size_t turn_ = 0;
    TurnedAway turned_away_;
    std::optional<Listener> listener_;
};

Server::Server(ServerOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Server::~Server() = default;

std::uint16_t Server::port() const {
    return impl_->port();
}

std::size_t Server::most_connections() const {
    return impl_->most_connections();
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
