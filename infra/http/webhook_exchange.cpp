#include "infra/http/webhook_exchange.hpp"

#include "base/utf8.hpp"
#include "infra/http/retry_after.hpp"
#include "infra/http/target.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace consularia::infra::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;
using domain::IpAddress;
using reactions::webhooks::Post;
using reactions::webhooks::Posted;

namespace {

using Clock = std::chrono::steady_clock;
using Message = beast::http::request<beast::http::string_body>;
using Parser = beast::http::response_parser<beast::http::string_body>;

constexpr std::size_t kAnswerBytes = 64 << 10;  ///< Read of an answer.
constexpr std::size_t kReadBytes = 16 << 10;    ///< At once; also the largest header.
constexpr std::size_t kBodyBytes = 1 << 10;     ///< Handed on.
constexpr std::size_t kAddresses = 8;           ///< Tried, of those that a name has.

PostOutcome failed(std::string sentence) {
    return tl::unexpected<std::string>(std::move(sentence));
}

std::optional<std::uint16_t> parse_port(const std::string& text) {
    std::uint16_t port = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, port);
    if (error != std::errc{} || stop != end || port == 0) return std::nullopt;
    return port;
}

tcp::endpoint make_endpoint(const IpAddress& address, std::uint16_t port) {
    const asio::ip::address_v6 v6(address.bytes);
    if (!address.is_v4()) return {v6, port};
    return {asio::ip::make_address_v4(asio::ip::v4_mapped, v6), port};
}

Message make_message(const Post& post, const Target& target, const std::string& user_agent) {
    using beast::http::field;
    Message message;
    message.method(beast::http::verb::post);
    message.target(target.resource);
    message.version(11);
    message.set(field::user_agent, user_agent);
    message.set(field::content_type, "application/cloudevents+json");
    for (const auto& [name, value] : post.headers) message.set(name, value);
    message.set(field::host, target.authority);
    message.set(field::connection, "close");
    message.body() = post.body;
    message.prepare_payload();
    return message;
}

/// What a failure before an answer is called.
std::string describe(const char* what, const error_code& error) {
    using Http = beast::http::error;
    if (error == beast::error::timeout) return std::string(what) + " in time.";
    if (error == asio::error::eof || error == Http::end_of_stream ||
        error == Http::partial_message || error == asio::ssl::error::stream_truncated) {
        return std::string(what) + ": the connection was closed.";
    }
    return std::string(what) + ": " + error.message() + ".";
}

/// Connects to one of them; each has its share of the time.
asio::awaitable<error_code> connect(
    beast::tcp_stream& stream,
    const std::vector<IpAddress>& addresses,
    std::uint16_t port,
    Clock::time_point deadline
) {
    const auto token = asio::as_tuple(asio::use_awaitable);
    error_code error;
    auto left = static_cast<int>(addresses.size());
    for (const auto& address : addresses) {
        error_code ignored;
        stream.socket().close(ignored);
        const auto now = Clock::now();
        stream.expires_at(now + (deadline - now) / left--);
        const auto endpoint = make_endpoint(address, port);
        const auto [refused] = co_await stream.async_connect(endpoint, token);
        error = refused;
        if (!error) break;
    }
    co_return error;
}

Posted read_posted(const Parser& parser) {
    const auto& message = parser.get();
    Posted posted;
    posted.status = static_cast<int>(message.result_int());
    posted.body = replace_invalid_utf8(std::string_view(message.body()).substr(0, kBodyBytes));
    const auto field = message[beast::http::field::retry_after];
    posted.retry_after = parse_retry_after(
        std::string_view(field.data(), field.size()), std::chrono::system_clock::now()
    );
    return posted;
}

/// Reads until the answer is complete, too long, or cut off.
template <class Stream>
asio::awaitable<PostOutcome> read_answer(Stream& stream) {
    const auto token = asio::as_tuple(asio::use_awaitable);
    beast::flat_buffer buffer(kReadBytes);
    std::optional<Parser> parser;
    std::size_t bytes = 0;
    while (true) {
        if (!parser) {
            parser.emplace();
            parser->header_limit(kReadBytes);
            parser->body_limit(boost::none);
        }
        const auto [error, read] =
            co_await beast::http::async_read_some(stream, buffer, *parser, token);
        bytes += read;
        if (error && !parser->is_header_done()) {
            co_return failed(describe("There was no answer of HTTP", error));
        }
        constexpr unsigned kSwitchingProtocols = 101;
        const auto status = parser->is_header_done() ? parser->get().result_int() : 0;
        const bool interim = status >= 100 && status < 200 && status != kSwitchingProtocols;
        const bool full = bytes + kReadBytes > kAnswerBytes;
        if (interim && !error && !full) {
            if (parser->is_done()) parser.reset();  // the answer itself follows
            continue;
        }
        if (error || full || parser->is_done()) {
            if (status != 0) co_return read_posted(*parser);
            co_return failed("The header of the answer is too large.");
        }
    }
}

template <class Stream>
asio::awaitable<PostOutcome> talk(Stream& stream, const Message& message) {
    const auto token = asio::as_tuple(asio::use_awaitable);
    const auto [error, sent] = co_await beast::http::async_write(stream, message, token);
    (void)sent;
    if (error == beast::error::timeout) {
        co_return failed(describe("The request was not read", error));
    }
    // After another error there may be an answer: the request was refused before it was read.
    co_return co_await read_answer(stream);
}

void expect_host(SSL* tls, const std::string& host) {
    if (const auto address = domain::parse_address(host)) {
        const auto text = make_endpoint(*address, 0).address().to_string();
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), text.c_str());
        return;
    }
    SSL_set_tlsext_host_name(tls, host.c_str());
    SSL_set_hostflags(tls, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(tls, host.c_str());
}

/// The connection is not shut down: the answer is complete, and nothing follows.
asio::awaitable<PostOutcome> talk_by_tls(
    beast::tcp_stream& tcp,
    asio::ssl::context& context,
    const std::string& host,
    const Message& message
) {
    const auto token = asio::as_tuple(asio::use_awaitable);
    asio::ssl::stream<beast::tcp_stream&> stream(tcp, context);
    expect_host(stream.native_handle(), host);
    const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::client, token);
    const auto verdict = SSL_get_verify_result(stream.native_handle());
    if (error && verdict != X509_V_OK) {
        const std::string why = X509_verify_cert_error_string(verdict);
        co_return failed("The certificate is not valid: " + why + ".");
    }
    if (error) co_return failed(describe("TLS was not agreed on", error));
    co_return co_await talk(stream, message);
}

}  // namespace

asio::ssl::context make_webhook_tls() {
    asio::ssl::context tls(asio::ssl::context::tls_client);
    tls.set_default_verify_paths();
    tls.set_verify_mode(asio::ssl::verify_peer);
    SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
    return tls;
}

asio::awaitable<PostOutcome> exchange_webhook(const WebhookPorts& ports, const Post& post) {
    const auto deadline = Clock::now() + ports.options.timeout;
    auto target = parse_target(post.url);
    const auto port = target ? parse_port(target->port) : std::nullopt;
    if (!port || (!target->tls && !ports.options.allow_http)) {
        co_return failed("The URL cannot be called: only https is.");
    }
    if (target->host.ends_with('.')) target->host.pop_back();
    std::vector<IpAddress> addresses;
    if (const auto address = domain::parse_address(target->host)) {
        addresses.push_back(*address);
    } else if (ports.options.addresses.allows_host(target->host)) {
        auto found = co_await ports.lookups.find(target->host, deadline);
        if (!found) co_return failed(found.error());
        addresses = *std::move(found);
    }
    std::erase_if(addresses, [&ports](const IpAddress& address) {
        return !ports.options.addresses.allows(address);
    });
    if (addresses.empty()) co_return failed("This address is not allowed.");
    addresses.resize(std::min(addresses.size(), kAddresses));
    beast::tcp_stream stream(co_await asio::this_coro::executor);
    const auto error = co_await connect(stream, addresses, *port, deadline);
    if (error) co_return failed(describe("There was no connection", error));
    stream.expires_at(deadline);
    const auto message = make_message(post, *target, ports.options.user_agent);
    if (target->tls) co_return co_await talk_by_tls(stream, ports.tls, target->host, message);
    co_return co_await talk(stream, message);
}

}  // namespace consularia::infra::http
