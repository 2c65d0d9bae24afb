#pragma once
// Turns a body's bytes into a Value: JSON, url-encoded form or multipart form.

#include "api/bodies/formats.hpp"
#include "api/bodies/value.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::api {

enum class MediaType { json, form, multipart };

struct ContentType {
    MediaType type{};
    std::string boundary;  ///< For multipart bodies.
};

/// Empty for a type that we do not accept (415). Types compare without case; parameters are
/// allowed.
[[nodiscard]] std::optional<ContentType> parse_content_type(std::string_view header);

/// A body with more values than this (for a form: fields) is not read. A body takes at most eight
/// times its bytes of memory.
inline constexpr std::size_t kMaxBodyValues = 100'000;

[[nodiscard]] tl::expected<Value, UnreadableBody> read_body(
    const ContentType& type,
    std::string body,
    Shape form_shape,
    std::size_t max_values = kMaxBodyValues
);

/// Name and value pairs of `application/x-www-form-urlencoded` text (also of a query), decoded; `+`
/// is a space, invalid UTF-8 becomes U+FFFD.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> decode_form(std::string_view text);

}  // namespace consularia::api
