#pragma once
// The listening socket: accepts connections, even if no descriptor is left, to turn them away, and
// stops without losing one.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace consularia::api::http {

/// Used on the one thread of its io_context.
class Listener {
  public:
    struct Accepted {
        boost::asio::ip::tcp::socket socket;
        boost::asio::ip::tcp::endpoint peer;
        bool with_reserve = false;  ///< It uses the last descriptor: close it soon.
    };

    /// Listens; port 0 selects a free one. The kernel buffers at most `send_buffer_bytes`, which it
    /// doubles, of what a client does not take. Throws boost::system::system_error.
    Listener(
        boost::asio::io_context& io,
        const std::string& address,
        std::uint16_t port,
        std::size_t send_buffer_bytes
    );
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener();

    [[nodiscard]] std::uint16_t port() const { return port_; }

    /// The next connection, with a socket on `lane`, or why the machine cannot provide one.
    [[nodiscard]] boost::asio::awaitable<tl::expected<Accepted, boost::system::error_code>> accept(
        boost::asio::io_context& lane
    );

    /// A connection that has already arrived; would_block if there is none.
    [[nodiscard]] tl::expected<Accepted, boost::system::error_code> accept_now(
        boost::asio::io_context& lane
    );

    /// Drops new connection attempts and lets those that have begun get through. The dropped ones
    /// are refused once this is closed: to a balancer that means that nothing was sent here.
    void turn_off();

    void close();

    [[nodiscard]] bool is_open() const { return acceptor_.is_open(); }

  private:
    void take_reserve();
    void give_reserve();

    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_ = 0;
    std::size_t at_once_ = 0;  ///< How many were taken since it last waited for one.
    int reserve_ = -1;         ///< A spare descriptor, to be closed when no other is left.
};

}  // namespace consularia::api::http
