#pragma once
// What a request names a member by: a token's secret, or a ticket in its place.

#include "api/authentication.hpp"
#include "api/service.hpp"
#include "projections/read_store.hpp"

#include <tl/expected.hpp>

#include <functional>
#include <optional>
#include <string_view>

namespace consularia::api {

struct Credentials {
    domain::OrganizationId organization;
    /// Finds the member in the organization's state; 401 if there is none.
    std::function<tl::expected<Member, Failure>(const projections::Reader&)> find;
};

/// Empty if the secret names no organization. The service outlives the result.
[[nodiscard]] std::optional<Credentials> credentials_by_secret(
    const Service& service, std::string_view secret
);

/// Empty for what no node has signed. The ticket is used up once a member is found.
[[nodiscard]] std::optional<Credentials> credentials_by_ticket(
    const Service& service, std::string_view ticket
);

}  // namespace consularia::api
