// How a session waits for an alarm, and how it writes an answer that goes on while the client
// listens.

#include "api/followers.hpp"
#include "api/http/session.hpp"
#include "api/http/write.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <poll.h>
#include <utility>

namespace consularia::api::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// Between two bursts of a stream: what happens in this time is sent together.
constexpr std::chrono::milliseconds kCollect{20};

}  // namespace

asio::awaitable<bool> Session::rung(Alarm& alarm, Steady until) {
    if (context_.phase == Phase::stopping) co_return false;
    if (buffer_.size() == 0) buffer_.shrink_to_fit();  // Nothing is read for a while.
    const bool late = false;
    const auto begin = [&](auto waiting) {
        end_wait_ = [waiting] { waiting->give(false); };
        watch_client();
        alarm.wait([waiting] { waiting->give(true); });
    };
    const bool rang = co_await wait_until(until, late, begin);
    end_wait_ = {};
    co_return rang;
}

asio::awaitable<Pace::Look> Session::paced() {
    const auto now = std::chrono::steady_clock::now();
    const auto look = context_.service.followers->pace().next(now);
    if (look.at > now) co_await pause_until(look.at);
    co_return look;
}

asio::awaitable<void> Session::pause_until(Steady until) {
    asio::steady_timer timer(socket_.get_executor(), until);
    end_wait_ = [&timer] { timer.cancel(); };
    const auto token = asio::as_tuple(asio::use_awaitable);
    co_await timer.async_wait(token);
    end_wait_ = {};
}

void Session::watch_client() {
    if (client_watched_) return;
    client_watched_ = true;
    socket_.async_wait(tcp::socket::wait_read, [weak = weak_from_this()](const error_code& error) {
        const auto self = weak.lock();
        if (!self) return;
        self->client_watched_ = false;
        if (error == asio::error::operation_aborted) return;
        self->end_wait_if_client_left();
    });
}

void Session::end_wait_if_client_left() {
    pollfd end{socket_.native_handle(), POLLRDHUP, 0};
    client_left_ = ::poll(&end, 1, 0) > 0;
    if (client_left_ && end_wait_) end_wait_();
}

asio::awaitable<bool> Session::follow(
    const Request& request,
    std::string head,
    Framing framing,
    std::string first,
    const Stream& stream
) {
    const bool chunked = framing == Framing::chunked;
    const std::optional<domain::OrganizationId> organization = stream.organization;
    InFlight::Share held(context_.in_flight, organization);
    Pace& pace = context_.service.followers->pace();
    std::string before = std::move(head);
    std::string bytes = std::move(first);
    bool ended = false;
    bool written = true;
    watch_client();
    while (written && !ended) {
        if (!bytes.empty()) {
            if (chunked) before += chunk_line(bytes.size());
            written = co_await write(before, bytes, chunked ? kLineBreak : "");
            deadline_ = Steady::max();
            before.clear();
            std::string().swap(bytes);
            held.give_back();
            if (!written) break;
            co_await pause_until(std::chrono::steady_clock::now() + kCollect);
        }
        const auto look = co_await paced();
        at_hand_.by = next_deadline();
        const bool served = co_await turn_of(organization);
        if (!served || context_.phase == Phase::stopping) break;
        Runner* left = nullptr;
        const auto begin = std::chrono::steady_clock::now();
        auto burst = read_next(request, stream.next, left);
        pace.took(look, std::chrono::steady_clock::now() - begin);
        if (left != nullptr) co_await come_back(*left);
        // Whoever is cut off comes back with the position that was sent.
        if (!burst || !held.take(burst->bytes.size())) break;
        bytes = std::move(burst->bytes);
        ended = burst->end || (client_left_ && bytes.empty());
        if (ended || burst->more || !bytes.empty()) continue;
        const bool rang = co_await rung(*stream.alarm, burst->until);
        ended = !rang && (client_left_ || context_.phase == Phase::stopping);
    }
    if (written && chunked) written = co_await write(kLastChunk, "");
    co_return written;
}

}  // namespace consularia::api::http
