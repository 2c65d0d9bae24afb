#pragma once
// How the enumerators of statuses, roles, features and the like are stored. Each enum has one
// exhaustive switch, `stored_as(Enum)`, beside it: a new enumerator does not compile until it has
// its line there, and tests/unit/projections/stored_enumerators_test.cpp pins the lines.

#include <concepts>
#include <cstdint>
#include <string_view>

namespace consularia::domain {

/// One enumerator. Ledgers and stores hold all three: none is ever changed or used again.
struct Stored {
    std::string_view name;  ///< In the API and in events.
    /// The first version of the events that may hold it: older nodes, and other programs, read
    /// older versions without it. So a new enumerator needs a new version of the events that hold
    /// it: new names in the codec, golden files and docs/events.md.
    int since = 0;
    std::uint8_t byte = 0;  ///< In rows of the read store; for a scope, the number of its bit.
};

template <class Enum>
concept StoredEnum = requires(Enum value) {
    { stored_as(value) } -> std::same_as<Stored>;
};

/// What base/enum_names.hpp needs.
template <StoredEnum Enum>
[[nodiscard]] constexpr std::string_view to_string(Enum value) {
    return stored_as(value).name;
}

}  // namespace consularia::domain
