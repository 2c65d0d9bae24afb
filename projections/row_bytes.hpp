#pragma once
// The bytes that stand for enumerators in rows (domain/stored.hpp). A row may be older than the
// binary that reads it: they do not depend on the order of the enumerators.

#include "base/enum_names.hpp"
#include "domain/appointment/status.hpp"
#include "domain/organization/scopes.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace consularia::projections {

/// In the place of a status: there is no appointment.
inline constexpr std::uint8_t kAbsentByte = 4;

template <domain::StoredEnum Enum>
[[nodiscard]] constexpr std::uint8_t byte_of(Enum value) {
    return stored_as(value).byte;
}

namespace detail {

/// Whether no two enumerators share a byte.
template <domain::StoredEnum Enum>
[[nodiscard]] consteval bool bytes_differ() {
    for (const Enum a : kAllOf<Enum>) {
        for (const Enum b : kAllOf<Enum>) {
            if (a != b && byte_of(a) == byte_of(b)) return false;
        }
    }
    return true;
}

}  // namespace detail

/// The enumerator that this byte stands for.
template <domain::StoredEnum Enum>
[[nodiscard]] constexpr std::optional<Enum> with_byte(std::uint8_t byte) {
    static_assert(detail::bytes_differ<Enum>());
    for (const Enum value : kAllOf<Enum>) {
        if (byte_of(value) == byte) return value;
    }
    return std::nullopt;
}

static_assert(!with_byte<domain::Status>(kAbsentByte));
static_assert(
    detail::bytes_differ<domain::Scope>() &&
        std::ranges::all_of(kAllOf<domain::Scope>, [](auto scope) { return byte_of(scope) < 8; }),
    "the bytes of scopes are the bits of a byte"
);

}  // namespace consularia::projections
