#pragma once
// Percent-decoding as Django does it: an invalid escape stays as it is. Boost.URL refuses it.

#include "base/hex.hpp"

#include <string_view>

namespace consularia::api {

/// Takes the next byte from the beginning of a text that is not empty. A percent sign without two
/// hex digits stands for itself.
[[nodiscard]] inline char take_decoded(std::string_view& text) {
    const char first = text.front();
    const auto escaped =
        first == '%' && text.size() > 2 ? hex_value(text[1], text[2]) : std::nullopt;
    text.remove_prefix(escaped ? 3 : 1);
    return escaped ? static_cast<char>(*escaped) : first;
}

}  // namespace consularia::api
