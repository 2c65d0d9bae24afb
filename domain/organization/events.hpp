#pragma once
// What can happen to an organization: facts in the past tense (docs/events.md).

#include "domain/organization/organization.hpp"

#include <variant>

namespace consularia::domain {

struct OrganizationCreated {
    OrganizationName name;
    TokenGrant token;
    friend bool operator==(const OrganizationCreated&, const OrganizationCreated&) = default;
};

struct TokenIssued {
    TokenGrant token;
    friend bool operator==(const TokenIssued&, const TokenIssued&) = default;
};

struct TokenRevoked {
    TokenId token;
    friend bool operator==(const TokenRevoked&, const TokenRevoked&) = default;
};

using OrganizationEvent = std::variant<OrganizationCreated, TokenIssued, TokenRevoked>;

}  // namespace consularia::domain
