#pragma once
// Where the URL of a request leads.

#include <optional>
#include <string>

namespace consularia::infra::http {

struct Target {
    bool tls = false;
    std::string host;  ///< Decoded, without brackets.
    std::string port;
    std::string authority;  ///< Host and port as the URL has them.
    std::string resource;   ///< Path and query.
};

/// Empty unless it is http://HOST[:PORT][/PATH][?QUERY], or https://…
[[nodiscard]] std::optional<Target> parse_target(const std::string& url);

}  // namespace consularia::infra::http
