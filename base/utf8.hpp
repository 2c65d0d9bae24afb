#pragma once
// Decodes UTF-8 that may be invalid, and encodes code points.

#include <cstddef>
#include <string>
#include <string_view>

namespace consularia {

struct CodePoint {
    char32_t value = 0;      ///< U+FFFD when the bytes are not UTF-8.
    std::size_t length = 0;  ///< Bytes read: at least 1.
    bool valid = false;
};

/// The first code point. Invalid bytes are grouped as in Python's "replace": as many as could have
/// begun a code point. Precondition: not empty.
[[nodiscard]] CodePoint decode_code_point(std::string_view bytes);

/// Appends what was decoded from the beginning of `bytes`.
void append_code_point(std::string& out, std::string_view bytes, const CodePoint& decoded);

/// Appends a code point that is not a surrogate.
void append_code_point(std::string& out, char32_t point);

/// Appends the bytes with U+FFFD in place of invalid UTF-8.
void append_as_utf8(std::string& out, std::string_view bytes);
[[nodiscard]] std::string replace_invalid_utf8(std::string_view bytes);

}  // namespace consularia
