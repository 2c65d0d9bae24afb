#pragma once
// Numbers and quoted strings as Python prints them: clients see them in sentences, and a number
// that is given where a string is wanted becomes this text.

#include "api/bodies/value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace consularia::api {

/// Empty when the number is too large for a double; 0 when it is too small for one.
[[nodiscard]] std::optional<double> to_double(const Number& number);

/// Integers exactly; others as Python's repr of a float: the shortest digits that read back the
/// same (`5.5`, `100.0`, `1e+16`), and as they were written when too large for a double.
void append_python_number(std::string& out, const Number& number);

/// Python's repr of a string: in quotes, with what cannot be printed escaped (`'a\n'`).
void append_python_repr(std::string& out, std::string_view utf8);

}  // namespace consularia::api
