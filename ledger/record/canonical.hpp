#pragma once
// The one text form that the ledger accepts for each kind of attribute. With two forms, different
// readers could see different records.

#include "base/hex.hpp"
#include "domain/ids.hpp"
#include "domain/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace consularia::ledger {

/// A decimal number from 1 to 2^64 - 1 without sign and leading zeros.
[[nodiscard]] std::optional<std::uint64_t> parse_count(std::string_view text);

/// What domain::format prints.
[[nodiscard]] std::optional<domain::Timestamp> parse_moment(std::string_view text);

/// 36 characters in lower case, as Id::to_string prints.
template <class Id>
[[nodiscard]] std::optional<Id> parse_id(std::string_view text) {
    if (text.size() != 36 || has_upper_case(text)) return std::nullopt;
    return Id::parse(text);
}

/// An id after a prefix: "appointments/" or "/organizations/".
template <class Id>
[[nodiscard]] std::optional<Id> parse_reference(std::string_view text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return std::nullopt;
    return parse_id<Id>(text.substr(prefix.size()));
}

inline constexpr std::string_view kSourcePrefix = "/organizations/";

/// One to `limit` characters of visible ASCII.
[[nodiscard]] bool is_visible_ascii(std::string_view text, std::size_t limit);

}  // namespace consularia::ledger
