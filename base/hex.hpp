#pragma once
// Bytes as hexadecimal digits.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace consularia {

/// Appends the lowest `digits` of the number, in lower case.
void append_hex(std::string& out, std::uint64_t number, int digits);

/// Two lower-case digits for each byte.
[[nodiscard]] std::string to_hex(std::string_view bytes);

/// The value of a digit in either case; empty for any other character.
[[nodiscard]] constexpr std::optional<std::uint8_t> hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return static_cast<std::uint8_t>(digit - '0');
    if (digit >= 'a' && digit <= 'f') return static_cast<std::uint8_t>(digit - 'a' + 10);
    if (digit >= 'A' && digit <= 'F') return static_cast<std::uint8_t>(digit - 'A' + 10);
    return std::nullopt;
}

/// The byte that two digits stand for.
[[nodiscard]] constexpr std::optional<std::uint8_t> hex_value(char first, char second) {
    const auto high = hex_value(first);
    const auto low = hex_value(second);
    if (!high || !low) return std::nullopt;
    return static_cast<std::uint8_t>(*high << 4 | *low);
}

/// Any number of pairs of digits.
[[nodiscard]] std::optional<std::string> parse_hex(std::string_view text);

}  // namespace consularia
