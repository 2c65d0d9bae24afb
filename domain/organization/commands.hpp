#pragma once
// What the admin can ask of an organization.

#include "domain/organization/organization.hpp"

#include <variant>

namespace consularia::domain {

struct CreateOrganization {
    OrganizationName name;
    TokenGrant token;
};

struct IssueToken {
    TokenGrant token;
};

struct RevokeToken {
    TokenId token;
};

using OrganizationCommand = std::variant<CreateOrganization, IssueToken, RevokeToken>;

}  // namespace consularia::domain
