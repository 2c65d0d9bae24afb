// How a session waits for an alarm, and how it writes an answer that goes on while the client
// listens.

#include "api/followers.hpp"
#include "api/http/session.hpp"
#include "api/http/write.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffer_traits.hpp>
#include <boost/beast/core/buffers_suffix.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <poll.h>
#include <utility>

namespace consularia::api::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// Between two bursts of a stream: what happens in this time is sent together.
constexpr std::chrono::milliseconds kCollect{20};
/// How often a write that waits for its client looks whether it may still listen.
constexpr std::chrono::milliseconds kLookWhileWriting{1000};

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

asio::awaitable<bool> Session::write_burst(
    const Request& request,
    std::string_view before,
    std::string_view bytes,
    std::string_view after,
    const Stream& stream
) {
    const std::array<asio::const_buffer, 3> buffers{
        asio::buffer(before.data(), before.size()),
        asio::buffer(bytes.data(), bytes.size()),
        asio::buffer(after.data(), after.size())};
    error_code failed;  // Then what follows says so too.
    beast::buffers_suffix rest(buffers);
    rest.consume(socket_.write_some(buffers, failed));
    const auto patience = context_.options.limits.stream_write_timeout;
    auto now = std::chrono::steady_clock::now();
    auto progress_by = now + patience;
    auto look_at = now + kLookWhileWriting;
    while (beast::buffer_bytes(rest) > 0) {
        deadline_ = std::min(progress_by, look_at);
        const auto token = asio::as_tuple(asio::use_awaitable);
        const auto [error, size] = co_await socket_.async_write_some(rest, token);
        deadline_ = Steady::max();
        rest.consume(size);
        now = std::chrono::steady_clock::now();
        if (size > 0) progress_by = now + patience;
        if (now >= give_up_at_ || (error && !std::exchange(timed_out_, false))) co_return false;
        bool goes_on = now < progress_by;
        if (goes_on && now >= look_at) {
            at_hand_.by = next_deadline();
            Runner* left = nullptr;
            const auto permitted = read_next(request, stream.permitted, left);
            if (left != nullptr) co_await come_back(*left);
            goes_on = permitted.value_or(false);
            look_at = std::chrono::steady_clock::now() + kLookWhileWriting;
        }
        if (!goes_on) {
            abort();
            co_return false;
        }
    }
    co_return true;
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
            const auto after = chunked ? kLineBreak : std::string_view();
            written = co_await write_burst(request, before, bytes, after, stream);
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
