#pragma once
// Header values of the form `value; name=token; name="quoted"` (RFC 9110, 5.6.6).

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::api {

struct HeaderValue {
    std::string value;  ///< In lower case, without blanks around it.
    std::vector<std::pair<std::string, std::string>> parameters;  ///< Names in lower case.

    /// The last parameter of this name; null if there is none.
    [[nodiscard]] const std::string* find(std::string_view name) const;
};

/// Never fails: invalid parameters are skipped.
[[nodiscard]] HeaderValue parse_header_value(std::string_view text);

[[nodiscard]] std::string to_lower_ascii(std::string_view text);

/// Without spaces and tabs at both ends.
[[nodiscard]] std::string_view trim_blanks(std::string_view text);

}  // namespace consularia::api
