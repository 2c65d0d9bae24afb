#include "api/http/client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/url/parse.hpp>

#include <chrono>
#include <stdexcept>

namespace consularia::api::http {

namespace beast = boost::beast;
namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds kTimeout{30};

}  // namespace

ClientAnswer ask(
    std::string_view server,
    std::string_view method,
    std::string_view path,
    std::string_view key,
    std::string_view json_body
) {
    const auto url = boost::urls::parse_uri(server);
    if (!url || url->scheme() != "http" || url->host().empty()) {
        throw std::runtime_error("The server must be given as http://HOST[:PORT].");
    }
    const std::string port = url->has_port() ? std::string(url->port()) : "80";
    std::string target(url->encoded_path());
    if (target.ends_with('/')) target.pop_back();
    target += path;
    try {
        asio::io_context io;
        beast::tcp_stream stream(io);
        stream.expires_after(kTimeout);
        asio::ip::tcp::resolver resolver(io);
        stream.connect(resolver.resolve(url->host_address(), port));
        beast::http::request<beast::http::string_body> request;
        request.method_string(method);
        request.target(target);
        request.version(11);
        request.set(beast::http::field::host, std::string(url->encoded_host_and_port()));
        request.set(beast::http::field::authorization, "Token " + std::string(key));
        request.set(beast::http::field::connection, "close");
        if (!json_body.empty()) {
            request.set(beast::http::field::content_type, "application/json");
            request.body() = json_body;
        }
        request.prepare_payload();
        beast::http::write(stream, request);
        beast::flat_buffer buffer;
        beast::http::response<beast::http::string_body> response;
        beast::http::read(stream, buffer, response);
        return {static_cast<int>(response.result_int()), std::move(response.body())};
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error(
            "The server at " + std::string(server) +
            " cannot be reached: " + error.code().message() + "."
        );
    }
}

}  // namespace consularia::api::http
