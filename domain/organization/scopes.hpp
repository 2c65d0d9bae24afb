#pragma once
// What a token permits: a closed list, and sets of it.

#include "base/enum_names.hpp"
#include "domain/stored.hpp"

#include <array>
#include <cstdint>

namespace consularia::domain {

enum class Scope : std::uint8_t { read, write, audit, events, webhooks };

[[nodiscard]] constexpr Stored stored_as(Scope scope) {
    switch (scope) {
        case Scope::read:
            return {.name = "read", .since = 1, .byte = 0};
        case Scope::write:
            return {.name = "write", .since = 1, .byte = 1};
        case Scope::audit:
            return {.name = "audit", .since = 1, .byte = 2};
        case Scope::events:
            return {.name = "events", .since = 2, .byte = 3};
        case Scope::webhooks:
            return {.name = "webhooks", .since = 2, .byte = 4};
    }
    return {};
}

/// In the order in which they are listed, in answers and in events.
inline constexpr std::array kScopes{
    Scope::read, Scope::write, Scope::events, Scope::webhooks, Scope::audit};
static_assert(kScopes.size() == count_of<Scope>(), "every scope is listed");

/// A set of scopes.
struct Scopes {
    std::uint8_t bits = 0;  ///< By index; not stored.
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

}  // namespace consularia::domain
