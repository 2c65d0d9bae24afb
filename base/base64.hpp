#pragma once
// Bytes as base64.

#include <optional>
#include <string>
#include <string_view>

namespace consularia {

/// RFC 4648, 5, without padding.
[[nodiscard]] std::string to_base64url(std::string_view bytes);
/// Reads exactly what to_base64url prints: no padding, no other characters, no stray bits.
[[nodiscard]] std::optional<std::string> parse_base64url(std::string_view text);

/// RFC 4648, 4, with padding.
[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Reads exactly what to_base64 prints.
[[nodiscard]] std::optional<std::string> parse_base64(std::string_view text);

}  // namespace consularia
