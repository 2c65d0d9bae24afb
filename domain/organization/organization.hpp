#pragma once
// The state of an organization and its API tokens. Only the SHA-256 of a secret is known.

#include "domain/ids.hpp"
#include "domain/organization/scopes.hpp"
#include "domain/text.hpp"
#include "domain/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace consularia::domain {

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

/// How many of the tokens count toward the limit.
[[nodiscard]] std::size_t count_unexpired(const std::vector<Token>& tokens, Timestamp now);

}  // namespace consularia::domain
