#pragma once
// An organization and its API tokens: state, commands, events and rules. Only the SHA-256 of a
// secret is known.

#include "base/enum_names.hpp"
#include "domain/ids.hpp"
#include "domain/limits.hpp"
#include "domain/rejection.hpp"
#include "domain/text.hpp"
#include "domain/time.hpp"
#include "domain/transition.hpp"

#include <tl/expected.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace consularia::domain {

/// Rows of the read store hold scopes by their index: a new one goes to the end.
enum class Scope : std::uint8_t { read, write, audit, events, webhooks };

/// The name in the API and in events.
[[nodiscard]] constexpr std::string_view to_string(Scope scope) {
    switch (scope) {
        case Scope::read:
            return "read";
        case Scope::write:
            return "write";
        case Scope::audit:
            return "audit";
        case Scope::events:
            return "events";
        case Scope::webhooks:
            return "webhooks";
    }
    return "";
}

/// In the order in which they are listed, in answers and in events.
inline constexpr std::array kScopes{
    Scope::read, Scope::write, Scope::events, Scope::webhooks, Scope::audit};
static_assert(kScopes.size() == count_of<Scope>(), "every scope is listed");

/// A set of scopes.
struct Scopes {
    std::uint8_t bits = 0;
    static_assert(count_of<Scope>() <= 8);

    [[nodiscard]] static constexpr Scopes all() { return {(1U << count_of<Scope>()) - 1}; }

    [[nodiscard]] constexpr bool has(Scope scope) const {
        return (bits >> index_of(scope) & 1) != 0;
    }

    constexpr void add(Scope scope) {
        bits = static_cast<std::uint8_t>(bits | 1 << index_of(scope));
    }

    friend bool operator==(const Scopes&, const Scopes&) = default;
};

/// SHA-256 of a token's whole secret as the client sends it.
using SecretHash = std::array<std::uint8_t, 32>;

/// A token as issued.
struct TokenGrant {
    TokenId id;
    TokenName name;
    Scopes scopes;
    SecretHash secret_hash{};
    std::optional<Timestamp> expires_at;

    [[nodiscard]] bool expired(Timestamp now) const { return expires_at && *expires_at <= now; }

    friend bool operator==(const TokenGrant&, const TokenGrant&) = default;
};

struct Token {
    TokenGrant grant;
    Timestamp created_at;

    [[nodiscard]] bool expired(Timestamp now) const { return grant.expired(now); }

    friend bool operator==(const Token&, const Token&) = default;
};

/// An existing organization.
struct Registered {
    OrganizationId id;
    OrganizationName name;
    Timestamp created_at;
    /// Without revoked tokens, in the order of issue. Expired tokens stay until their place is
    /// needed.
    std::vector<Token> tokens;

    [[nodiscard]] const Token* find_token(TokenId token) const;

    friend bool operator==(const Registered&, const Registered&) = default;
};

struct Unregistered {
    friend bool operator==(const Unregistered&, const Unregistered&) = default;
};

using Organization = std::variant<Unregistered, Registered>;

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

[[nodiscard]] Result<std::optional<OrganizationEvent>> decide(
    const Organization& state, const OrganizationCommand& command, Timestamp now
);

/// As for appointments: never aborts, whatever the log contains.
[[nodiscard]] tl::expected<Organization, ImpossibleTransition> evolve(
    Organization state,
    const OrganizationEvent& event,
    const OccurrenceOf<OrganizationId>& occurrence
);

}  // namespace consularia::domain
