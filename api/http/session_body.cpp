// How a session reads a request's body.

#include "api/http/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>

#include <algorithm>

namespace consularia::api::http {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kBodyChunkBytes = 64 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

Failure no_room() {
    return unavailable("The server has no memory left for this request at the moment.");
}

}  // namespace

bool Session::wants_to_be_asked(const Request& request) const {
    const auto expect = request.header("Expect");
    return expect && parser_->get().version() >= 11 &&
           equal_ignoring_case(*expect, "100-continue") && buffer_.size() == 0;
}

asio::awaitable<tl::expected<std::string, Failure>> Session::read_body(
    const Request& request, InFlight::Share& held
) {
    const Limits& limits = context_.options.limits;
    std::string body;
    if (!body_is_pending()) co_return body;
    const Failure too_large{413, "Request body is too large.", {}};
    const std::size_t announced = parser_->content_length().value_or(0);
    if (announced > limits.body_bytes) co_return tl::unexpected(too_large);
    if (!held.take(announced)) co_return tl::unexpected(no_room());
    if (wants_to_be_asked(request)) {
        const bool written = co_await write(kContinue, "");
        if (!written) co_return tl::unexpected(Failure{400, "The request was cut off.", {}});
    }
    wait_at_most(limits.body_timeout);
    const auto fields_before = std::distance(parser_->get().begin(), parser_->get().end());
    body.reserve(announced);
    std::string chunk(announced > 0 ? std::min(announced, kBodyChunkBytes) : kBodyChunkBytes, '\0');
    while (!parser_->is_done()) {
        parser_->get().body().data = chunk.data();
        parser_->get().body().size = chunk.size();
        const auto token = asio::as_tuple(asio::use_awaitable);
        const auto [error, size] =
            co_await boost::beast::http::async_read_some(socket_, buffer_, *parser_, token);
        const std::size_t more = chunk.size() - parser_->get().body().size;
        if (body.size() + more > limits.body_bytes) co_return tl::unexpected(too_large);
        if (announced == 0 && !held.take(more)) co_return tl::unexpected(no_room());
        body.append(chunk.data(), more);
        if (error && error != boost::beast::http::error::need_buffer) {
            const Failure failure = timed_out_ ? Failure{408, "The request came too slowly.", {}}
                                               : Failure{400, "Malformed request body.", {}};
            co_return tl::unexpected(failure);
        }
    }
    deadline_ = Steady::max();
    at_hand_.by = next_deadline();
    if (std::distance(parser_->get().begin(), parser_->get().end()) != fields_before) {
        co_return tl::unexpected(Failure{400, "Trailers are not accepted.", {}});
    }
    // The bytes read ahead were copied, and would stay for as long as the connection.
    if (buffer_.size() == 0) buffer_.shrink_to_fit();
    co_return body;
}

}  // namespace consularia::api::http
