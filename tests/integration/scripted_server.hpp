#pragma once
// A server whose connections are served by a function of the test.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace consularia::test {

/// On 127.0.0.1, with a thread for each connection. Thread-safe.
class ScriptedServer {
  public:
    using Socket = boost::asio::ip::tcp::socket;
    /// May throw boost::system::system_error. The connection is closed afterwards.
    using Serve = std::function<void(Socket&)>;

    explicit ScriptedServer(Serve serve);
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;
    /// Cuts off what is connected.
    ~ScriptedServer();

    [[nodiscard]] std::string port() const;

    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + port() + "/"; }

    /// How many connections there were.
    [[nodiscard]] std::size_t connections() const;

  private:
    void accept();
    void run(Socket& socket);

    const Serve serve_;
    boost::asio::io_context io_;
    boost::asio::ip::tcp::acceptor acceptor_;
    mutable std::mutex mutex_;  ///< Guards what follows.
    std::vector<std::shared_ptr<Socket>> sockets_;
    std::vector<std::jthread> connections_;
    std::jthread thread_;
};

/// The request's header and body.
[[nodiscard]] std::string read_request(ScriptedServer::Socket& socket);

/// Returns when the client has closed the connection.
void wait_for_end(ScriptedServer::Socket& socket);

}  // namespace consularia::test
