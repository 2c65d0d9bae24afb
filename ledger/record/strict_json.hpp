#pragma once
// Reads JSON as the ledger accepts it: RFC 8259, UTF-8, nothing before or after the one value.

#include <nlohmann/json.hpp>

#include <optional>
#include <string_view>

namespace consularia::ledger {

/// Keeps the order of keys: a config has the order that the client sent.
using Json = nlohmann::ordered_json;

/// Feeds the value's tokens to the handler; false if the text is not JSON or the handler stops.
/// Uses no recursion, so depth costs only the handler's memory. In addition to the parser it
/// refuses a byte order mark, which the parser skips, and NUL, which the parser takes for the end
/// of the text. Lone surrogates and numbers beyond the range of a double are refused by the parser.
[[nodiscard]] bool scan_json(std::string_view text, nlohmann::json_sax<Json>& handler);

inline constexpr std::size_t kMaxJsonDepth = 32;    ///< The outermost value has depth 1.
inline constexpr std::size_t kMaxJsonMembers = 64;  ///< The members of one object.

/// The value, if it is an object without duplicate keys at any depth and within the limits.
[[nodiscard]] std::optional<Json> parse_strict(std::string_view text);

}  // namespace consularia::ledger
