#pragma once
// The parts of read_body, one for each media type.

#include "api/json/read_body.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::api {

[[nodiscard]] tl::expected<Value, UnreadableBody> read_json(std::string_view body);

/// A field of a form; without a value when a file was sent in its place.
using FormField = std::pair<std::string, std::optional<std::string>>;

/// RFC 7578. Names and values are made valid UTF-8; parts without a name are skipped.
[[nodiscard]] tl::expected<std::vector<FormField>, UnreadableBody> read_multipart(
    std::string_view body, std::string_view boundary
);

/// What the fields of a form mean, by Django REST framework's names for nested values.
[[nodiscard]] Value nest_form(std::vector<FormField> fields, Shape shape);

/// Of members with one key keeps the last value, at the place of the first. O(n log n).
void let_last_win(Object& object);

}  // namespace consularia::api
