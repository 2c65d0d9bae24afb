#pragma once
// A small blocking HTTP client for the command line.

#include <chrono>
#include <string>
#include <string_view>

namespace consularia::api::http {

struct ClientRequest {
    std::string_view method;
    std::string_view path;
    std::string_view key;              ///< Sent as a token.
    std::string_view json_body;        ///< Empty: none is sent.
    std::string_view idempotency_key;  ///< Empty: none is sent.
};

struct ClientAnswer {
    int status = 0;
    std::string body;
};

/// Sends one request and waits for the answer. `server` is http://HOST[:PORT] with or without a
/// path. Throws std::runtime_error with one sentence if the server cannot be reached, does not
/// speak HTTP, or has not answered completely by the time-out.
[[nodiscard]] ClientAnswer ask(
    std::string_view server, const ClientRequest& request, std::chrono::seconds timeout
);

}  // namespace consularia::api::http
