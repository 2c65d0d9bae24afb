#pragma once
// The last answer on a connection, sent without waiting for the client.

#include <boost/asio/ip/tcp.hpp>

#include <string_view>

namespace consularia::api::http {

/// Sends what the kernel accepts at once, ends the sending, and discards what has arrived;
/// otherwise the client might get a reset in place of the answer. Errors do not matter: the client
/// is not served any more.
void send_at_once(boost::asio::ip::tcp::socket& socket, std::string_view answer);

}  // namespace consularia::api::http
