#pragma once
// Values as text: in sentences for clients, and as what a request's hash depends on.

#include "api/bodies/value.hpp"

#include <string>
#include <string_view>

namespace consularia::api {

/// The name of the value's type in errors: dict, list, str, int, float, bool, NoneType.
[[nodiscard]] std::string_view type_name(const Value& value);

/// The value as Python's str() prints it: `x`, `5`, `5.5`, `True`, `['a']`, `{}`.
[[nodiscard]] std::string python_str(const Value& value);

/// Appends the canonical text of the value, with sorted keys: equal bodies have equal texts.
/// Reserves exactly the memory that it needs.
void append_canonical(std::string& out, const Value& value);
[[nodiscard]] std::string canonical_text(const Value& value);

}  // namespace consularia::api
