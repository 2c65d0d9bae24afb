// How a session writes an answer: at once, or piece by piece.

#include "api/http/session.hpp"
#include "api/http/write.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffer_traits.hpp>
#include <boost/beast/core/buffers_suffix.hpp>

#include <algorithm>
#include <array>

namespace consularia::api::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t kLingerReadBytes = 16 * 1024;
constexpr std::size_t kWriteBytes = 64 * 1024;
/// An answer of this size is never refused for lack of memory: health and errors are this small.
constexpr std::size_t kSmallAnswerBytes = 16 * 1024;

Framing framing_of(const Response& response, unsigned version) {
    if (!response.stream && (!response.rest || response.length)) return Framing::length;
    return version < 11 ? Framing::until_close : Framing::chunked;
}

}  // namespace

void Session::reserve(
    const Request& request, Response& response, bool after_command, InFlight::Share& held
) const {
    held.give_back();  // The body is gone.
    const auto& limits = context_.options.limits;
    const auto bytes =
        response.rest ? std::max(response.body.size(), limits.piece_bytes) : response.body.size();
    if (bytes <= kSmallAnswerBytes) return held.take_anyway(bytes);
    if (held.take(bytes)) return;
    const auto sequence = response.sequence;
    response = fail(
        request,
        unavailable(
            after_command ? "The server has no memory left for the answer at the moment. Repeat "
                            "the request with the same Idempotency-Key."
                          : "The server has no memory left for the answer at the moment."
        )
    );
    response.sequence = sequence;
}

asio::awaitable<bool> Session::send(const Request& request, Response response) {
    const bool bodiless =
        request.method == "HEAD" || response.status == 204 || response.status == 304;
    const auto framing = framing_of(response, parser_->get().version());
    auto head = render_head(response, request.ids.shown, framing);
    at_hand_.status = response.status;
    timed_out_ = false;
    bool written = false;
    if (response.stream && !bodiless) {
        const Stream live = *std::move(response.stream);
        response.stream.reset();
        follows_ = true;
        written =
            co_await follow(request, std::move(head), framing, std::move(response.body), live);
        follows_ = false;
        give_up_at_ = Steady::max();
    } else if (!response.rest || bodiless) {
        response.rest = nullptr;
        const auto body = bodiless ? std::string_view() : response.content();
        written = co_await write(head, body);
    } else {
        written = co_await stream(
            request, std::move(head), framing, std::move(response.body), response.rest
        );
        response.rest = nullptr;  // The snapshot is not kept while waiting for the client.
    }
    deadline_ = Steady::max();
    co_return written;
}

asio::awaitable<bool> Session::stream(
    const Request& request,
    std::string head,
    Framing framing,
    std::string piece,
    const BodySource& rest
) {
    const bool chunked = framing == Framing::chunked;
    give_up_at_ = std::chrono::steady_clock::now() + context_.options.limits.snapshot_timeout;
    std::string before = std::move(head);
    bool written = true;
    bool whole = false;
    while (written && !whole) {
        if (chunked) before += chunk_line(piece.size());
        written = co_await write(before, piece, chunked ? kLineBreak : "");
        before.clear();
        if (!written) break;
        std::string().swap(piece);  // Its memory is released before the next one is made.
        at_hand_.by = next_deadline();
        Runner* left = nullptr;
        auto next = read_next(request, rest, left);
        if (left != nullptr) co_await come_back(*left);
        co_await let_others_go_first();
        written = next.has_value();
        if (written) piece = std::move(*next);
        whole = written && piece.empty();
    }
    if (whole && chunked) written = co_await write(kLastChunk, "");
    give_up_at_ = Steady::max();
    // Then only a reset shows the client that the answer is incomplete.
    if (!written && framing == Framing::until_close) abort();
    co_return written;
}

asio::awaitable<bool> Session::write(
    std::string_view before, std::string_view bytes, std::string_view after
) {
    const std::array<asio::const_buffer, 3> buffers{
        asio::buffer(before.data(), before.size()),
        asio::buffer(bytes.data(), bytes.size()),
        asio::buffer(after.data(), after.size())};
    const Limits& limits = context_.options.limits;
    const auto patience = follows_ ? limits.stream_write_timeout : limits.write_timeout;
    wait_at_most(patience);
    // Most answers need no waiting.
    error_code failed;
    beast::buffers_suffix rest(buffers);
    rest.consume(socket_.write_some(buffers, failed));
    if (!failed && beast::buffer_bytes(rest) == 0) co_return !timed_out_;
    // Called before each part of a write: the time-out is for progress.
    const auto go_on = [this, patience](const error_code& error, std::size_t) -> std::size_t {
        wait_at_most(patience);
        return error ? 0 : kWriteBytes;
    };
    const auto token = asio::as_tuple(asio::use_awaitable);
    const auto [error, size] = co_await asio::async_write(socket_, rest, go_on, token);
    if (timed_out_ && std::chrono::steady_clock::now() < give_up_at_) abort();
    co_return !error && !timed_out_;
}

void Session::abort() {
    error_code ignored;  // Then it is an ordinary close, whose unsent bytes the kernel keeps for a
                         // while.
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
}

asio::awaitable<void> Session::linger() {
    error_code error;
    socket_.shutdown(tcp::socket::shutdown_send, error);
    if (error) co_return;
    const Limits& limits = context_.options.limits;
    wait_at_most(limits.linger_timeout);
    std::array<char, kLingerReadBytes> discarded{};
    std::size_t total = 0;
    while (total < limits.linger_bytes) {
        const auto space = asio::buffer(discarded);
        const auto token = asio::as_tuple(asio::use_awaitable);
        const auto [read_error, size] = co_await socket_.async_read_some(space, token);
        if (read_error) co_return;
        total += size;
    }
}

}  // namespace consularia::api::http
