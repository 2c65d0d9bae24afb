#include "base/hex.hpp"

#include <cstddef>

namespace consularia {

void append_hex(std::string& out, std::uint64_t number, int digits) {
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
        out += kHexDigits[number >> shift & 0xf];
    }
}

std::string to_hex(std::string_view bytes) {
    std::string text(2 * bytes.size(), '\0');
    std::size_t at = 0;
    for (const char byte : bytes) {
        const auto number = static_cast<std::uint8_t>(byte);
        text[at++] = kHexDigits[number >> 4];
        text[at++] = kHexDigits[number & 0xf];
    }
    return text;
}

std::optional<std::string> parse_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto byte = hex_value(text[i], text[i + 1]);
        if (!byte) return std::nullopt;
        bytes += static_cast<char>(*byte);
    }
    return bytes;
}

}  // namespace consularia
