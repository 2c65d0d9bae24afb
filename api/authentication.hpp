#pragma once
// Who sends a request (docs/api.md, Authentication).

#include "api/request.hpp"
#include "api/response.hpp"
#include "api/service.hpp"
#include "domain/organization/organization.hpp"

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace consularia::api {

/// The secret of a request as sent, not checked yet, or the 401.
[[nodiscard]] tl::expected<std::string, Failure> read_secret(const Request& request);

/// The organization that a token's secret names; empty if it names none.
[[nodiscard]] std::optional<domain::OrganizationId> organization_of(std::string_view secret);

/// A new secret of this organization.
[[nodiscard]] std::string make_secret(domain::OrganizationId organization, std::string_view random);

[[nodiscard]] domain::SecretHash hash_secret(std::string_view secret);

/// Not authenticated, or not yet: an open resource and an access link ask for nothing.
struct Stranger {};

/// The holder of the admin key.
struct Admin {};

/// The holder of an organization's token.
struct Member {
    domain::OrganizationId organization;
    domain::TokenId token;
    domain::Scopes scopes;
    domain::SecretHash secret;  ///< The hash of the token's secret.
    std::optional<domain::Timestamp> expires_at;
};

using Caller = std::variant<Stranger, Admin, Member>;

[[nodiscard]] Failure invalid_token();
[[nodiscard]] Failure forbidden();

/// Looks the secret up in this state; 401 if it is unknown, revoked or expired.
[[nodiscard]] tl::expected<Member, Failure> authenticate(
    const projections::Reader& reader,
    domain::OrganizationId organization,
    const domain::SecretHash& secret,
    domain::Timestamp now
);

}  // namespace consularia::api
