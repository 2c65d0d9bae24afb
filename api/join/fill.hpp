#pragma once
// HTML from templates: every text is escaped on its way in.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace consularia::api {

/// HTML that is already escaped, as made by fill().
struct Html {
    std::string bytes;
};

/// A text is escaped, HTML is not.
using HtmlValue = std::variant<std::string_view, Html>;

/// The template with a value for each {{name}} in it. Precondition: there is one.
[[nodiscard]] Html fill(
    std::string_view html, std::initializer_list<std::pair<std::string_view, HtmlValue>> values
);

}  // namespace consularia::api
