#pragma once
// A small blocking HTTP client for the command line.

#include <string>
#include <string_view>

namespace consularia::api::http {

struct ClientAnswer {
    int status = 0;
    std::string body;
};

/// Sends one request with the key as a token and waits for the answer. `server` is
/// http://HOST[:PORT] with or without a path. An empty body is not sent. Throws std::runtime_error
/// with one sentence when the server cannot be reached or does not speak HTTP.
[[nodiscard]] ClientAnswer ask(
    std::string_view server,
    std::string_view method,
    std::string_view path,
    std::string_view key,
    std::string_view json_body
);

}  // namespace consularia::api::http
