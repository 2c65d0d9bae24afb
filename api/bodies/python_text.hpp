#pragma once
// Numbers and quoted strings as Python prints them: clients see them in sentences, and a number
// that is sent for a string becomes this text.

#include "api/bodies/value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace consularia::api {

/// Empty if the number is too large for a double; 0 if it is too small.
[[nodiscard]] std::optional<double> to_double(const Number& number);

/// Integers are exact; others are Python's repr of a float: the shortest digits that read back the
/// same (`5.5`, `100.0`, `1e+16`), or the original text if too large for a double.
void append_python_number(std::string& out, const Number& number);

/// Python's repr of a string: quoted, with unprintable characters escaped (`'a\n'`).
void append_python_repr(std::string& out, std::string_view utf8);

}  // namespace consularia::api
