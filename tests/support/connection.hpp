#pragma once
// A client's end of a connection to a server in this process.

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstdint>
#include <string>

namespace consularia::test {

/// One connection that sends bytes and reads to the end.
class Connection {
  public:
    explicit Connection(std::uint16_t port) : socket_(io_) {
        socket_.connect({boost::asio::ip::make_address("127.0.0.1"), port});
    }

    void send(const std::string& bytes) { boost::asio::write(socket_, boost::asio::buffer(bytes)); }

    std::string read_to_end() {
        boost::system::error_code end;
        return read_to_end(end);
    }

    std::string read_to_end(boost::system::error_code& end) {
        std::string answer;
        boost::asio::read(socket_, boost::asio::dynamic_buffer(answer), end);
        return answer;
    }

    /// Reads until the text has been seen.
    std::string read_until_seen(const std::string& text) {
        std::string answer;
        std::array<char, 1024> some{};
        while (answer.find(text) == std::string::npos) {
            answer.append(some.data(), socket_.read_some(boost::asio::buffer(some)));
        }
        return answer;
    }

  private:
    boost::asio::io_context io_;
    boost::asio::ip::tcp::socket socket_;
};

}  // namespace consularia::test
