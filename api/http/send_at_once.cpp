#include "api/http/send_at_once.hpp"

#include <array>
#include <cstddef>

namespace consularia::api::http {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t kUnheardBytes = 64 * 1024;

}  // namespace

void send_at_once(tcp::socket& socket, std::string_view answer) {
    boost::system::error_code error;
    socket.non_blocking(true, error);
    socket.send(asio::buffer(answer.data(), answer.size()), 0, error);
    socket.shutdown(tcp::socket::shutdown_send, error);
    std::array<char, 4096> unheard{};
    for (std::size_t total = 0; !error && total < kUnheardBytes; total += unheard.size()) {
        socket.receive(asio::buffer(unheard), 0, error);
    }
}

}  // namespace consularia::api::http
