#pragma once
// Shorthands of the tests of request bodies.

#include "api/bodies/read_body.hpp"
#include "api/bodies/value_text.hpp"
#include "base/utf8.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace consularia::api {

/// The Value of valid JSON; an empty object after a failure.
inline Value json(std::string_view text) {
    auto value = read_body({MediaType::json, {}}, std::string(text), Shape::object);
    if (value) return std::move(*value);
    ADD_FAILURE() << "not JSON: " << value.error().detail;
    return empty_object();
}

/// The error for a body that is refused; empty after a failure.
inline std::string refusal(const ContentType& type, std::string_view body) {
    const auto value = read_body(type, std::string(body), Shape::object);
    if (!value) return value.error().detail;
    ADD_FAILURE() << "taken: " << canonical_text(*value);
    return {};
}

inline std::string json_refusal(std::string_view text) {
    return refusal({MediaType::json, {}}, text);
}

/// A url-encoded form as canonical JSON.
inline std::string form(std::string_view text, Shape shape = Shape::object) {
    const auto value = read_body({MediaType::form, {}}, std::string(text), shape);
    return value ? canonical_text(*value) : value.error().detail;
}

inline std::string repeat(std::string_view text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += text;
    return out;
}

inline bool is_utf8(std::string_view text) {
    return replace_invalid_utf8(text) == text;
}

}  // namespace consularia::api
