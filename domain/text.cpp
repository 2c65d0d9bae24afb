#include "domain/text.hpp"

#include <algorithm>

namespace consularia::domain {
namespace {

bool is_ascii_space(char c) {
    return (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= ' ');
}

/// Whether this is the UTF-8 of exactly one code point of white space, U+0080 and above.
bool is_wide_space(std::string_view bytes) {
    if (bytes.size() == 2) return bytes == "\u0085" || bytes == "\u00a0";
    if (bytes.substr(0, 2) == "\xe2\x80") {  // U+2000 to U+203F
        const auto last = static_cast<unsigned char>(bytes[2]);
        return last <= 0x8a || last == 0xa8 || last == 0xa9 || last == 0xaf;
    }
    return bytes == "\u1680" || bytes == "\u205f" || bytes == "\u3000";
}

/// The bytes of white space at the start of the text; 0 if it starts with something else.
std::size_t leading_space(std::string_view text) {
    if (text.empty()) return 0;
    if (is_ascii_space(text.front())) return 1;
    for (const std::size_t length : {2, 3}) {
        if (text.size() >= length && is_wide_space(text.substr(0, length))) return length;
    }
    return 0;
}

std::size_t trailing_space(std::string_view text) {
    if (text.empty()) return 0;
    if (is_ascii_space(text.back())) return 1;
    for (const std::size_t length : {2, 3}) {
        if (text.size() < length) break;
        if (is_wide_space(text.substr(text.size() - length))) return length;
    }
    return 0;
}

}  // namespace

std::size_t count_code_points(std::string_view utf8) {
    const auto starts_code_point = [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
    };
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), starts_code_point));
}

std::string_view trim(std::string_view utf8) {
    while (const std::size_t length = leading_space(utf8)) utf8.remove_prefix(length);
    while (const std::size_t length = trailing_space(utf8)) utf8.remove_suffix(length);
    return utf8;
}

}  // namespace consularia::domain
