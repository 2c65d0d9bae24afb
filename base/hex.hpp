#pragma once
// Bytes as hexadecimal digits.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace consularia {

inline constexpr std::string_view kHexDigits = "0123456789abcdef";

/// Appends the lowest `digits` of the number, in lower case.
void append_hex(std::string& out, std::uint64_t number, int digits);

/// Two lower-case digits for each byte.
[[nodiscard]] std::string to_hex(std::string_view bytes);

namespace detail {

/// For each character its value as a digit in either case; 255 if it is none.
inline constexpr auto kHexValues = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(255);
    for (std::uint8_t i = 0; i < 10; ++i) values[std::size_t{'0'} + i] = i;
    for (std::uint8_t i = 0; i < 6; ++i) {
        values[std::size_t{'a'} + i] = values[std::size_t{'A'} + i] = 10 + i;
    }
    return values;
}();

[[nodiscard]] constexpr std::uint8_t hex_value_or_255(char digit) {
    return kHexValues[static_cast<unsigned char>(digit)];
}

}  // namespace detail

/// The value of a digit in either case; empty for any other character.
[[nodiscard]] constexpr std::optional<std::uint8_t> hex_value(char digit) {
    const auto value = detail::hex_value_or_255(digit);
    return value == 255 ? std::nullopt : std::optional(value);
}

/// The byte that two digits stand for.
[[nodiscard]] constexpr std::optional<std::uint8_t> hex_value(char first, char second) {
    const auto high = detail::hex_value_or_255(first);
    const auto low = detail::hex_value_or_255(second);
    if ((high | low) == 255) return std::nullopt;
    return static_cast<std::uint8_t>(high << 4 | low);
}

/// Whether there is a letter of A to Z. Looks at all characters, which is faster for short texts
/// than to stop at the first.
[[nodiscard]] constexpr bool has_upper_case(std::string_view text) {
    bool found = false;
    for (const char c : text) found |= c >= 'A' && c <= 'Z';
    return found;
}

/// Any number of pairs of digits.
[[nodiscard]] std::optional<std::string> parse_hex(std::string_view text);

}  // namespace consularia
