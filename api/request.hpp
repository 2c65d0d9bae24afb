#pragma once
// A request's head as handlers see it: no Beast, no sockets.

#include "api/token_buckets.hpp"
#include "domain/ids.hpp"

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

/// What the session wants to know of a request, for its log, its limits and the answer's head;
/// filled in on the way.
struct Trace {
    std::string_view route;  ///< The resource's path pattern; empty when the path is unknown.
    std::string actor;       ///< `tokens/<id>` or `admin`; empty when nobody was authenticated.
    /// Who has the request's memory counted: known once a token or an access link was found good.
    std::optional<domain::OrganizationId> organization{};
    std::optional<Standing> standing{};  ///< Of the rate that counted the request.
};

/// Whether two ASCII texts are the same but for case.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace consularia::api
