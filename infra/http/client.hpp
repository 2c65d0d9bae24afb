#pragma once
// A blocking HTTP client: one request, one answer, over TLS or without.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::infra::http {

struct Request {
    std::string method = "GET";
    std::string url;  ///< http://HOST[:PORT][/PATH][?QUERY], or https://…
    /// Host, Content-Length and Connection are added.
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string body{};
};

struct Answer {
    int status = 0;
    std::string body;
};

struct Limits {
    /// For everything: resolving the name, connecting, and reading the whole answer.
    std::chrono::milliseconds timeout{30'000};
    /// For the header without its first line, which may be as long again.
    std::uint32_t answer_header_bytes = 16 << 10;
    std::uint64_t answer_body_bytes = 8 << 20;
};

/// Takes a part of an answer's body.
using Take = std::function<void(std::string_view)>;

/// Sends the request and waits for the answer, whatever its status is; follows no redirects. With
/// https the server's certificate must be valid for the host: it is checked with the certificates
/// that OpenSSL trusts on this machine, or those in the file SSL_CERT_FILE.
///
/// Throws std::runtime_error with one sentence if the URL is wrong, the server cannot be reached or
/// does not prove its identity, the answer is not HTTP or exceeds a limit, or is not complete by
/// the time-out. Thread-safe.
///
/// With `take` the body of an answer with a status of 2xx is handed to it in parts as it comes, and
/// is not in the answer: it may be larger than the memory. What `take` throws is passed on. The
/// limit of the body holds all the same.
[[nodiscard]] Answer send(const Request& request, const Limits& limits = {}, const Take& take = {});

}  // namespace consularia::infra::http
