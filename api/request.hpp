#pragma once
// A request's head as handlers see it: no Beast, no sockets.

#include "api/token_buckets.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::api {

struct Request {
    std::string method;
    std::string path;   ///< As sent, without the query.
    std::string query;  ///< As sent, without the question mark.
    std::vector<std::pair<std::string, std::string>> headers;
    std::string id;  ///< The X-Request-ID of this exchange.
    /// What limits per address count. Empty: none does, for loopback and proxies that name nobody.
    std::string client_address;

    /// All values of a header joined by ", " (RFC 9110, 5.3); empty when it is absent. Names
    /// compare without case.
    [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
};

/// What the log and the answer's head want to know of a request, filled in on the way.
struct Trace {
    std::string_view route;  ///< The resource's path pattern; empty when the path is unknown.
    std::string actor;       ///< `tokens/<id>` or `admin`; empty when nobody was authenticated.
    std::optional<Standing> standing{};  ///< Of the rate that counted the request.
};

/// Whether two ASCII texts are the same but for case.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace consularia::api
