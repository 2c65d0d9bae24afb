#include "base/utf8.hpp"

namespace consularia {

namespace {

constexpr CodePoint invalid(std::size_t length) {
    return {0xfffd, length, false};
}

/// How a code point of more than one byte begins (Unicode, table 3-7).
struct Lead {
    std::size_t length;
    char32_t bits;
    unsigned char second_from;
    unsigned char second_to;
};

Lead read_lead(unsigned char byte) {
    if (byte < 0xc2 || byte > 0xf4) return {0, 0, 0, 0};
    if (byte < 0xe0) return {2, byte & 0x1fU, 0x80, 0xbf};
    if (byte < 0xf0) {
        const unsigned char from = byte == 0xe0 ? 0xa0 : 0x80;
        const unsigned char to = byte == 0xed ? 0x9f : 0xbf;
        return {3, byte & 0x0fU, from, to};
    }
    const unsigned char from = byte == 0xf0 ? 0x90 : 0x80;
    const unsigned char to = byte == 0xf4 ? 0x8f : 0xbf;
    return {4, byte & 0x07U, from, to};
}

}  // namespace

CodePoint decode_code_point(std::string_view bytes) {
    const auto first = static_cast<unsigned char>(bytes[0]);
    if (first < 0x80) return {first, 1, true};
    const Lead lead = read_lead(first);
    if (lead.length == 0) return invalid(1);
    char32_t value = lead.bits;
    for (std::size_t i = 1; i < lead.length; ++i) {
        if (i == bytes.size()) return invalid(i);
        const auto byte = static_cast<unsigned char>(bytes[i]);
        const unsigned char from = i == 1 ? lead.second_from : 0x80;
        const unsigned char to = i == 1 ? lead.second_to : 0xbf;
        if (byte < from || byte > to) return invalid(i);
        value = (value << 6) | (byte & 0x3fU);
    }
    return {value, lead.length, true};
}

void append_code_point(std::string& out, std::string_view bytes, const CodePoint& decoded) {
    out += decoded.valid ? bytes.substr(0, decoded.length) : std::string_view("\xef\xbf\xbd");
}

void append_code_point(std::string& out, char32_t point) {
    const auto byte = [&out](char32_t bits) { out += static_cast<char>(bits); };
    if (point < 0x80) {
        byte(point);
    } else if (point < 0x800) {
        byte(0xc0 | (point >> 6));
        byte(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
        byte(0xe0 | (point >> 12));
        byte(0x80 | ((point >> 6) & 0x3f));
        byte(0x80 | (point & 0x3f));
    } else {
        byte(0xf0 | (point >> 18));
        byte(0x80 | ((point >> 12) & 0x3f));
        byte(0x80 | ((point >> 6) & 0x3f));
        byte(0x80 | (point & 0x3f));
    }
}

void append_as_utf8(std::string& out, std::string_view bytes) {
    while (!bytes.empty()) {
        const CodePoint next = decode_code_point(bytes);
        append_code_point(out, bytes, next);
        bytes.remove_prefix(next.length);
    }
}

std::string replace_invalid_utf8(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    append_as_utf8(out, bytes);
    return out;
}

}  // namespace consularia
