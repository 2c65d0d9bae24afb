#pragma once
// Header values that are lists: "a, b;q=1".

#include <algorithm>
#include <string_view>

namespace consularia::api {

/// Without spaces and tabs at both ends.
[[nodiscard]] inline std::string_view trim_blanks(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Calls visit with each trimmed, non-empty part. Does not support quoted strings.
template <class Visit>
void for_each_part(std::string_view list, char separator, Visit visit) {
    while (!list.empty()) {
        const auto end = std::min(list.find(separator), list.size());
        if (const auto part = trim_blanks(list.substr(0, end)); !part.empty()) visit(part);
        list.remove_prefix(std::min(end + 1, list.size()));
    }
}

}  // namespace consularia::api
