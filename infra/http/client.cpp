#include "infra/http/client.hpp"

#include "infra/http/target.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <exception>
#include <optional>
#include <stdexcept>

namespace consularia::infra::http {

namespace beast = boost::beast;
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

using Message = beast::http::request<beast::http::string_body>;
using Parser = beast::http::response_parser<beast::http::string_body>;

class CertificateRefused : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

Message make_message(const Request& request, const Target& target) {
    Message message;
    message.method_string(request.method);
    message.target(target.resource);
    message.version(11);
    for (const auto& [name, value] : request.headers) message.set(name, value);
    message.set(beast::http::field::host, target.authority);
    message.set(beast::http::field::connection, "close");
    message.body() = request.body;
    message.prepare_payload();
    return message;
}

/// Verifies the server's certificate. Throws boost::system::system_error.
asio::ssl::context make_tls() {
    asio::ssl::context tls(asio::ssl::context::tls_client);
    tls.set_default_verify_paths();
    tls.set_verify_mode(asio::ssl::verify_peer);
    SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
    return tls;
}

bool is_address(const std::string& host) {
    boost::system::error_code no_address;
    (void)asio::ip::make_address(host, no_address);
    return !no_address;
}

bool is_success(beast::http::status_class kind) {
    return kind == beast::http::status_class::successful;
}

/// How an answer is read.
struct Reading {
    const Limits& limits;
    const Take& take;
};

template <class Stream>
asio::awaitable<Answer> talk(Stream& stream, const Message& message, const Reading& reading) {
    const auto token = asio::use_awaitable;
    co_await beast::http::async_write(stream, message, token);
    beast::flat_buffer buffer;
    Parser parser;
    parser.header_limit(reading.limits.answer_header_bytes);
    parser.body_limit(reading.limits.answer_body_bytes);
    co_await beast::http::async_read_header(stream, buffer, parser, token);
    const bool passed_on =
        reading.take && is_success(beast::http::to_status_class(parser.get().result()));
    while (!parser.is_done()) {
        co_await beast::http::async_read_some(stream, buffer, parser, token);
        if (!passed_on) continue;
        reading.take(parser.get().body());
        parser.get().body().clear();
    }
    auto response = parser.release();
    Answer answer;
    answer.status = static_cast<int>(response.result_int());
    answer.body = std::move(response.body());
    co_return answer;
}

/// The connection is not shut down: the answer is complete, and nothing follows.
asio::awaitable<Answer> talk_by_tls(
    tcp::socket& socket, const Target& target, const Message& message, const Reading& reading
) {
    const auto token = asio::use_awaitable;
    auto tls = make_tls();
    asio::ssl::stream<tcp::socket&> stream(socket, tls);
    if (!is_address(target.host)) {
        SSL_set_tlsext_host_name(stream.native_handle(), target.host.c_str());
    }
    stream.set_verify_callback(asio::ssl::host_name_verification(target.host));
    try {
        co_await stream.async_handshake(asio::ssl::stream_base::client, token);
    } catch (const boost::system::system_error&) {
        const auto verdict = SSL_get_verify_result(stream.native_handle());
        if (verdict == X509_V_OK) throw;
        throw CertificateRefused(X509_verify_cert_error_string(verdict));
    }
    co_return co_await talk(stream, message, reading);
}

/// The arguments outlive it.
asio::awaitable<Answer> exchange(
    const Target& target, const Message& message, const Reading& reading
) {
    const auto executor = co_await asio::this_coro::executor;
    const auto token = asio::use_awaitable;
    tcp::resolver resolver(executor);
    const auto endpoints = co_await resolver.async_resolve(target.host, target.port, token);
    tcp::socket socket(executor);
    co_await asio::async_connect(socket, endpoints, token);
    if (target.tls) co_return co_await talk_by_tls(socket, target, message, reading);
    co_return co_await talk(socket, message, reading);
}

std::string sentence_about(const std::string& server, const boost::system::error_code& error) {
    static const auto& http =
        beast::http::make_error_code(beast::http::error::end_of_stream).category();
    if (error.category() == http) {
        return "The answer of the server at " + server + " cannot be read: " + error.message() +
               ".";
    }
    return "The server at " + server + " cannot be reached: " + error.message() + ".";
}

std::string text_of(std::chrono::milliseconds time) {
    constexpr std::chrono::milliseconds::rep kSecond = 1000;
    const auto count = time.count();
    return count % kSecond == 0 ? std::to_string(count / kSecond) + " s"
                                : std::to_string(count) + " ms";
}

}  // namespace

Answer send(const Request& request, const Limits& limits, const Take& take) {
    const auto parsed = parse_target(request.url);
    if (!parsed) {
        throw std::runtime_error(
            "The server must be given as http://HOST[:PORT] or https://HOST[:PORT]."
        );
    }
    const Target& target = *parsed;
    const auto message = make_message(request, target);
    const auto server = (target.tls ? "https://" : "http://") + target.authority;
    std::optional<Answer> answer;
    std::exception_ptr failure;
    const Reading reading{limits, take};
    asio::io_context io;
    auto finish = [&answer, &failure](std::exception_ptr error, Answer received) {
        failure = std::move(error);
        answer = std::move(received);
    };
    asio::co_spawn(io, exchange(target, message, reading), std::move(finish));
    io.run_for(limits.timeout);
    if (!answer) {
        throw std::runtime_error(
            "The server at " + server + " did not answer within " + text_of(limits.timeout) + "."
        );
    }
    try {
        if (failure) std::rethrow_exception(failure);
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error(sentence_about(server, error.code()));
    } catch (const CertificateRefused& error) {
        throw std::runtime_error(
            "The server at " + server + " does not prove who it is: " + error.what() + "."
        );
    }
    return *std::move(answer);
}

}  // namespace consularia::infra::http
