#pragma once
// Reads the values of a query's parameters, and collects what is wrong with them.

#include "api/bodies/errors.hpp"
#include "api/bodies/sentences.hpp"
#include "api/paging.hpp"
#include "base/enum_names.hpp"
#include "base/utf8.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace consularia::api {

struct Bounds {
    std::uint64_t least = 0;
    /// Less than what parse_number() returns for larger numbers.
    std::uint64_t most = std::numeric_limits<std::int64_t>::max();
};

/// The number, if it is there and right.
[[nodiscard]] std::optional<std::uint64_t> read_number(
    const std::string& name, const std::optional<std::string>& text, Bounds bounds, Errors& errors
);

/// The value of a parameter; an empty one is like none.
[[nodiscard]] std::optional<std::string> value_of(const Query& query, std::string_view name);

/// The word for true or false, if it is there and right.
[[nodiscard]] std::optional<bool> read_truth(
    const Query& query, const std::string& name, Errors& errors
);

/// An enumerator by its name; empty without the parameter.
template <class Enum>
[[nodiscard]] std::optional<Enum> read_choice(
    const Query& query, const std::string& name, Errors& errors
) {
    const auto text = value_of(query, name);
    if (!text) return std::nullopt;
    const auto choice = parse_name<Enum>(*text);
    if (!choice) errors.add(name, Errors::sentence(not_a_choice(replace_invalid_utf8(*text))));
    return choice;
}

}  // namespace consularia::api
