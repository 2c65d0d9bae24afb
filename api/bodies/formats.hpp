#pragma once
// The parts of read_body, one for each media type.

#include "api/bodies/value.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::api {

/// What is wrong with the bytes, as the `detail` of a 400: "JSON parse error - … line 1 column 9".
struct UnreadableBody {
    std::string detail;
};

inline constexpr std::size_t kMaxJsonDepth = 32;  ///< The outermost value is 1.

[[nodiscard]] tl::expected<Value, UnreadableBody> read_json(
    std::string body, std::size_t max_values
);

/// The fields of a form in the order of the body. There may be very many, so they are stored in one
/// text: each is its name and its value, both ended by a byte that UTF-8 does not have.
class FormFields {
  public:
    /// Ends a name.
    static constexpr char kNameEnd = '\xff';
    static constexpr char kValueEnd = '\xfe';
    /// Replaces the value if a file was sent.
    static constexpr std::string_view kFile = "\xfd";

    /// Reserves room.
    FormFields(std::size_t fields, std::size_t bytes);

    /// Begins a field; the caller appends its name to text() and, after end_name(), its value.
    void begin() { begins.push_back(static_cast<std::uint32_t>(text.size())); }

    void end_name() { text += kNameEnd; }

    void end_value() { text += kValueEnd; }

    std::string text;
    std::vector<std::uint32_t> begins;
};

/// RFC 7578. Names and values are made valid UTF-8; parts without a name are skipped.
[[nodiscard]] tl::expected<FormFields, UnreadableBody> read_multipart(
    std::string_view body, std::string_view boundary, std::size_t max_fields
);

/// `application/x-www-form-urlencoded`.
[[nodiscard]] tl::expected<FormFields, UnreadableBody> read_urlencoded(
    std::string_view body, std::size_t max_fields
);

/// The outer shape that a form is read into: `[0]unique_id=…` needs to know that a list is wanted.
enum class Shape { object, list };

/// The value that a form's fields describe, by Django REST framework's names for nested values.
[[nodiscard]] Value nest_form(FormFields fields, Shape shape);

[[nodiscard]] tl::unexpected<UnreadableBody> too_many_values(std::size_t max);

}  // namespace consularia::api
