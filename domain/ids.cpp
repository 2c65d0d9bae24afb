#include "domain/ids.hpp"

#include "base/hex.hpp"

#include <cstddef>

namespace consularia::domain {
namespace {

/// Whether a hyphen precedes this byte in 8-4-4-4-12 digits.
constexpr bool hyphen_before(std::size_t byte) {
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

}  // namespace

std::optional<UuidBytes> parse_uuid(std::string_view text) {
    const bool hyphenated = text.size() == 36;
    if (!hyphenated && text.size() != 32) return std::nullopt;
    UuidBytes bytes{};
    std::size_t at = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (hyphenated && hyphen_before(i) && text[at++] != '-') return std::nullopt;
        const auto byte = hex_value(text[at], text[at + 1]);
        if (!byte) return std::nullopt;
        bytes[i] = *byte;
        at += 2;
    }
    return bytes;
}

std::string format_uuid(const UuidBytes& bytes) {
    std::string text(36, '-');
    std::size_t at = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (hyphen_before(i)) ++at;
        text[at++] = kHexDigits[bytes[i] >> 4];
        text[at++] = kHexDigits[bytes[i] & 0xf];
    }
    return text;
}

std::string format_uuid_bare(const UuidBytes& bytes) {
    return to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace consularia::domain
