#include "tests/integration/scripted_server.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>

#include <utility>

namespace consularia::test {

namespace asio = boost::asio;
using asio::ip::tcp;

ScriptedServer::ScriptedServer(Serve serve)
    : serve_(std::move(serve)), acceptor_(io_, {asio::ip::make_address("127.0.0.1"), 0}) {
    accept();
    thread_ = std::jthread([this] { io_.run(); });
}

ScriptedServer::~ScriptedServer() {
    io_.stop();
    thread_.join();
    for (const auto& socket : sockets_) {
        boost::system::error_code ignored;
        socket->shutdown(tcp::socket::shutdown_both, ignored);
    }
    connections_.clear();
}

std::string ScriptedServer::port() const {
    return std::to_string(acceptor_.local_endpoint().port());
}

std::size_t ScriptedServer::connections() const {
    const std::lock_guard lock(mutex_);
    return sockets_.size();
}

void ScriptedServer::accept() {
    acceptor_.async_accept([this](const boost::system::error_code& error, tcp::socket socket) {
        if (error) return;
        {
            const std::lock_guard lock(mutex_);
            sockets_.push_back(std::make_shared<tcp::socket>(std::move(socket)));
            connections_.emplace_back([this, one = sockets_.back()] { run(*one); });
        }
        accept();
    });
}

void ScriptedServer::run(Socket& socket) {
    try {
        serve_(socket);
    } catch (const boost::system::system_error&) {  // The client has ended the connection.
    }
    const std::lock_guard lock(mutex_);
    boost::system::error_code ignored;
    socket.shutdown(tcp::socket::shutdown_both, ignored);
}

std::string read_request(ScriptedServer::Socket& socket) {
    std::string received;
    const auto header = asio::read_until(socket, asio::dynamic_buffer(received), "\r\n\r\n");
    const std::string field = "\r\nContent-Length: ";
    const auto length = received.find(field);
    const auto body =
        length < header ? std::stoul(received.substr(length + field.size())) : std::size_t{0};
    if (received.size() < header + body) {
        asio::read(
            socket,
            asio::dynamic_buffer(received),
            asio::transfer_exactly(header + body - received.size())
        );
    }
    return received;
}

void wait_for_end(ScriptedServer::Socket& socket) {
    std::string rest;
    boost::system::error_code end;
    asio::read(socket, asio::dynamic_buffer(rest), end);
}

}  // namespace consularia::test
