#include "base/base64.hpp"

#include <cstdint>

namespace consularia {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr char kPadding = '=';

/// Without padding.
std::string encode(std::string_view bytes, std::string_view digits) {
    std::string text((bytes.size() * 4 + 2) / 3, '\0');
    auto digit = text.begin();
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char byte : bytes) {
        bits = bits << 8 | static_cast<unsigned char>(byte);
        for (count += 8; count >= 6; count -= 6) *digit++ = digits[bits >> (count - 6) & 0x3f];
    }
    if (count > 0) *digit = digits[bits << (6 - count) & 0x3f];
    return text;
}

/// Without padding or stray bits.
std::optional<std::string> decode(std::string_view text, std::string_view digits) {
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char digit : text) {
        const std::size_t value = digits.find(digit);
        if (value == std::string_view::npos) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>(bits >> count & 0xff);
        }
    }
    const bool stray_bits = (bits & ((1U << count) - 1)) != 0;
    if (count == 6 || stray_bits) return std::nullopt;
    return bytes;
}

}  // namespace

std::string to_base64url(std::string_view bytes) {
    return encode(bytes, kBase64Url);
}

std::optional<std::string> parse_base64url(std::string_view text) {
    return decode(text, kBase64Url);
}

std::string to_base64(std::string_view bytes) {
    auto text = encode(bytes, kBase64);
    while (text.size() % 4 != 0) text += kPadding;
    return text;
}

std::optional<std::string> parse_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    for (int i = 0; i < 2 && text.ends_with(kPadding); ++i) text.remove_suffix(1);
    return decode(text, kBase64);
}

}  // namespace consularia
