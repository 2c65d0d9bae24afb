#include "api/bodies/python_text.hpp"

#include "base/hex.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace consularia::api {

namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// The code points for which str.isprintable is false, except those that Unicode has not assigned.
constexpr std::array kUnprintable{
    Range{0x0, 0x1f},        Range{0x7f, 0xa0},       Range{0xad, 0xad},
    Range{0x600, 0x605},     Range{0x61c, 0x61c},     Range{0x6dd, 0x6dd},
    Range{0x70f, 0x70f},     Range{0x1680, 0x1680},   Range{0x180e, 0x180e},
    Range{0x2000, 0x200f},   Range{0x2028, 0x202f},   Range{0x205f, 0x206f},
    Range{0x3000, 0x3000},   Range{0xd800, 0xf8ff},   Range{0xfeff, 0xfeff},
    Range{0xfff0, 0xfffb},   Range{0xfffe, 0xffff},   Range{0x1d173, 0x1d17a},
    Range{0xe0000, 0xe00ff}, Range{0xe01f0, 0x10ffff}};

bool is_printable(char32_t point) {
    return std::none_of(kUnprintable.begin(), kUnprintable.end(), [&](const Range& range) {
        return range.first <= point && point <= range.last;
    });
}

void append_escaped(std::string& out, char32_t point) {
    switch (point) {
        case '\t':
            out += "\\t";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        default:
            break;
    }
    out += point < 0x100 ? "\\x" : point < 0x10000 ? "\\u" : "\\U";
    append_hex(out, point, point < 0x100 ? 2 : point < 0x10000 ? 4 : 8);
}

/// Finite and not zero.
void append_repr(std::string& out, double value) {
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(
        buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific
    );
    std::string_view text(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
    if (text.front() == '-') {
        out += '-';
        text.remove_prefix(1);
    }
    const std::size_t e = text.find('e');
    const int exponent = std::atoi(text.data() + e + 1);
    if (exponent < -4 || exponent >= 16) {  // to_chars also writes the sign and two digits
        out += text;
        return;
    }
    std::string digits(1, text[0]);
    if (e > 2) digits += text.substr(2, e - 2);
    if (exponent < 0) {
        out += "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
        return;
    }
    const std::size_t whole = static_cast<std::size_t>(exponent) + 1;
    if (digits.size() <= whole) digits.append(whole + 1 - digits.size(), '0');
    out += digits.substr(0, whole) + '.' + digits.substr(whole);
}

}  // namespace

std::optional<double> to_double(const Number& number) {
    // Not from_chars, which does not distinguish too large from too small. The copy ends with the
    // NUL that strtod needs.
    const double value = std::strtod(std::string(number.text).c_str(), nullptr);
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

void append_python_number(std::string& out, const Number& number) {
    if (number.is_integer()) {
        out += number.text == "-0" ? "0" : number.text;
        return;
    }
    const auto value = to_double(number);
    if (!value) {
        out += number.text;
    } else if (*value == 0) {
        out += std::signbit(*value) ? "-0.0" : "0.0";
    } else {
        append_repr(out, *value);
    }
}

void append_python_repr(std::string& out, std::string_view utf8) {
    const bool has_single = utf8.find('\'') != std::string_view::npos;
    const bool has_double = utf8.find('"') != std::string_view::npos;
    const char quote = has_single && !has_double ? '"' : '\'';
    out += quote;
    for (std::size_t at = 0; at < utf8.size();) {
        const CodePoint next = decode_code_point(utf8.substr(at));
        const std::string_view bytes = utf8.substr(at, next.length);
        at += next.length;
        if (next.value == U'\\' || next.value == static_cast<char32_t>(quote)) out += '\\';
        if (is_printable(next.value)) {
            out += bytes;
        } else {
            append_escaped(out, next.value);
        }
    }
    out += quote;
}

}  // namespace consularia::api
