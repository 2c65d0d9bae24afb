#pragma once
// A request's head as handlers see it: no Beast, no sockets.

#include "api/token_buckets.hpp"
#include "domain/ids.hpp"
#include "ledger/record/record.hpp"

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
    ledger::RequestIds ids;  ///< The answer's X-Request-ID shows `ids.shown`.
    /// The address that limits per address count. Empty: no limit, for loopback and proxies that
    /// name no client.
    std::string client_address;

    /// All values of a header joined by ", " (RFC 9110, 5.3); empty if it is absent. Names compare
    /// without case.
    [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
};

/// Whether its method is GET or HEAD.
[[nodiscard]] bool only_reads(const Request& request);

/// What the session needs to know about a request, for its log, its limits and the answer's head;
/// filled in on the way.
struct Trace {
    std::string_view route;  ///< The resource's path pattern; empty if the path is unknown.
    std::string actor;       ///< `tokens/<id>` or `admin`; empty without authentication.
    /// The organization that the request's memory counts for: known once a token or an access link
    /// was found valid.
    std::optional<domain::OrganizationId> organization{};
    /// The auditor's token whose use is recorded before the answer is sent.
    std::optional<domain::TokenId> audited{};
    /// It is sent even if the use cannot be recorded: the token may have it without the scope
    /// audit.
    bool answered_unrecorded = false;
    std::optional<Standing> standing{};  ///< The standing with the rate that counted the request.
};

/// Whether two ASCII texts are equal, ignoring case.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace consularia::api
