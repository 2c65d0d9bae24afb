#pragma once
// A server that answers every request with the same bytes, with TLS or without.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace consularia::test {

/// A certificate that is its own authority, in PEM.
struct Certificate {
    std::string certificate;
    std::string key;
};

/// `name` is as in a configuration of OpenSSL: "IP:127.0.0.1", "DNS:example.org".
[[nodiscard]] Certificate make_certificate(const std::string& name);

/// On 127.0.0.1, one connection after the other. Thread-safe.
class CannedServer {
  public:
    /// With an empty answer it keeps each connection until the client ends it.
    explicit CannedServer(std::string answer, const Certificate* certificate = nullptr);
    CannedServer(const CannedServer&) = delete;
    CannedServer& operator=(const CannedServer&) = delete;
    ~CannedServer();

    [[nodiscard]] std::string port() const;

    /// The bytes of the last request's header; empty if there was none.
    [[nodiscard]] std::string request() const;

  private:
    void accept();
    void serve(boost::asio::ip::tcp::socket socket);
    template <class Stream>
    void answer(Stream& stream, boost::asio::ip::tcp::socket& socket);

    const std::string answer_;
    std::optional<boost::asio::ssl::context> tls_;
    boost::asio::io_context io_;
    boost::asio::ip::tcp::acceptor acceptor_;
    mutable std::mutex mutex_;  ///< Guards request_.
    std::string request_;
    std::jthread thread_;
};

}  // namespace consularia::test
