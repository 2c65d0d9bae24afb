#include "infra/http/client.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/url/parse.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

namespace consularia::api::http {

namespace beast = boost::beast;
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

using Message = beast::http::request<beast::http::string_body>;

asio::awaitable<ClientAnswer> exchange(std::string host, std::string port, Message request) {
    const auto executor = co_await asio::this_coro::executor;
    const auto token = asio::use_awaitable;
    tcp::resolver resolver(executor);
    const auto endpoints = co_await resolver.async_resolve(host, port, token);
    tcp::socket socket(executor);
    co_await asio::async_connect(socket, endpoints, token);
    co_await beast::http::async_write(socket, request, token);
    beast::flat_buffer buffer;
    beast::http::response<beast::http::string_body> response;
    co_await beast::http::async_read(socket, buffer, response, token);
    ClientAnswer answer;
    answer.status = static_cast<int>(response.result_int());
    answer.body = std::move(response.body());
    co_return answer;
}

}  // namespace

ClientAnswer ask(
    std::string_view server, const ClientRequest& wanted, std::chrono::seconds timeout
) {
    const auto url = boost::urls::parse_uri(server);
    if (!url || url->scheme() != "http" || url->host().empty()) {
        throw std::runtime_error("The server must be given as http://HOST[:PORT].");
    }
    std::string port = url->has_port() ? std::string(url->port()) : "80";
    std::string target(url->encoded_path());
    if (target.ends_with('/')) target.pop_back();
    target += wanted.path;
    Message request;
    request.method_string(wanted.method);
    request.target(target);
    request.version(11);
    request.set(beast::http::field::host, std::string(url->encoded_host_and_port()));
    request.set(beast::http::field::authorization, "Token " + std::string(wanted.key));
    request.set(beast::http::field::connection, "close");
    if (!wanted.idempotency_key.empty()) {
        request.set("Idempotency-Key", wanted.idempotency_key);
    }
    if (!wanted.json_body.empty()) {
        request.set(beast::http::field::content_type, "application/json");
        request.body() = wanted.json_body;
    }
    request.prepare_payload();

    asio::io_context io;
    std::optional<ClientAnswer> answer;
    std::exception_ptr failure;
    auto finish = [&answer, &failure](std::exception_ptr error, ClientAnswer received) {
        failure = std::move(error);
        answer = std::move(received);
    };
    asio::co_spawn(
        io, exchange(url->host_address(), std::move(port), std::move(request)), std::move(finish)
    );
    // One limit for everything: resolving the name, connecting, and a slow answer.
    io.run_for(timeout);
    if (!answer) {
        throw std::runtime_error(
            "The server at " + std::string(server) + " did not answer within " +
            std::to_string(timeout.count()) + " s."
        );
    }
    try {
        if (failure) std::rethrow_exception(failure);
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error(
            "The server at " + std::string(server) +
            " cannot be reached: " + error.code().message() + "."
        );
    }
    return *std::move(answer);
}

}  // namespace consularia::api::http
