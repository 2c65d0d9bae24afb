#pragma once
// The names, the list and the number of an enum's enumerators, from one constexpr function that is
// found by its argument: `std::string_view to_string(Enum)`, an exhaustive switch that returns ""
// after it. The enumerators count from 0. A new enumerator does not compile until the switch names
// it; it is in the list then, and can be parsed.

#include "base/check.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace consularia {

/// Ends a function whose exhaustive switch returns for every enumerator: any other value is a bug.
[[noreturn]] inline void unknown_enumerator(
    const char* file = __builtin_FILE(), int line = __builtin_LINE()
) {
    check_failed("a known enumerator", file, line);
}

template <class Enum>
[[nodiscard]] consteval std::size_t count_of() {
    std::size_t count = 0;
    while (!to_string(static_cast<Enum>(count)).empty()) ++count;
    return count;
}

template <class Enum>
[[nodiscard]] constexpr std::size_t index_of(Enum value) {
    return static_cast<std::size_t>(value);
}

/// All enumerators, in their order.
template <class Enum>
inline constexpr auto kAllOf = [] {
    std::array<Enum, count_of<Enum>()> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<Enum>(i);
    return all;
}();

/// The enumerator that has this name.
template <class Enum>
[[nodiscard]] constexpr std::optional<Enum> parse_name(std::string_view name) {
    for (const Enum value : kAllOf<Enum>) {
        if (to_string(value) == name) return value;
    }
    return std::nullopt;
}

}  // namespace consularia
