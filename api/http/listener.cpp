#include "api/http/listener.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <fcntl.h>
#include <linux/filter.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace consularia::api::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t kMostAtOnce = 32;

/// A program for the kernel's packet filter, which sees each segment of this socket from its TCP
/// header on: drops segments that begin a connection.
std::array<sock_filter, 4> drop_beginnings() {
    constexpr unsigned kFlagsAt = 13;
    constexpr unsigned kSyn = 0x02;
    return {
        {BPF_STMT(BPF_LD | BPF_B | BPF_ABS, kFlagsAt),
         BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, kSyn, 0, 1),
         BPF_STMT(BPF_RET | BPF_K, 0),
         BPF_STMT(BPF_RET | BPF_K, 0xffffffff)}};
}

bool lacks_descriptor(const error_code& error) {
    return error == boost::system::errc::too_many_files_open ||
           error == boost::system::errc::too_many_files_open_in_system;
}

}  // namespace

Listener::Listener(
    asio::io_context& io,
    const std::string& address,
    std::uint16_t port,
    std::size_t send_buffer_bytes
)
    : acceptor_(io) {
    const tcp::endpoint endpoint(asio::ip::make_address(address), port);
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    // Connections inherit it. By default the kernel buffers up to 4 MiB for a slow reader.
    acceptor_.set_option(asio::socket_base::send_buffer_size(static_cast<int>(send_buffer_bytes)));
    acceptor_.bind(endpoint);
    acceptor_.listen(asio::socket_base::max_listen_connections);
    acceptor_.non_blocking(true);
    port_ = acceptor_.local_endpoint().port();
    take_reserve();
}

Listener::~Listener() {
    give_reserve();
}

void Listener::take_reserve() {
    if (reserve_ < 0) reserve_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

void Listener::give_reserve() {
    if (reserve_ >= 0) ::close(reserve_);
    reserve_ = -1;
}

asio::awaitable<tl::expected<Listener::Accepted, error_code>> Listener::accept(
    asio::io_context& lane
) {
    take_reserve();
    // If many have come together, each would wait for a turn of a busy loop.
    if (at_once_++ < kMostAtOnce) {
        if (auto next = accept_now(lane)) co_return next;
    }
    at_once_ = 0;
    // Without a descriptor accept() fails even if no client waits, so that counts only when one
    // does.
    const auto token = asio::as_tuple(asio::use_awaitable);
    const auto [waited] = co_await acceptor_.async_wait(tcp::acceptor::wait_read, token);
    if (waited) co_return tl::unexpected(waited);
    auto accepted = accept_now(lane);
    if (!accepted && lacks_descriptor(accepted.error())) {
        give_reserve();
        accepted = accept_now(lane);
        if (accepted) accepted->with_reserve = true;
    }
    co_return accepted;
}

tl::expected<Listener::Accepted, error_code> Listener::accept_now(asio::io_context& lane) {
    tcp::endpoint peer;
    error_code error;
    auto socket = acceptor_.accept(lane, peer, error);
    if (error) return tl::unexpected(error);
    return Accepted{std::move(socket), peer};
}

void Listener::turn_off() {
    auto program = drop_beginnings();
    const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
    // If the kernel has no filters, some clients may be cut off at the end.
    (void
    )::setsockopt(acceptor_.native_handle(), SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter));
}

void Listener::close() {
    error_code ignored;  // The acceptor may have failed before.
    acceptor_.close(ignored);
}

}  // namespace consularia::api::http
