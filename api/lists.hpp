#pragma once
// Header values that are lists: "a, b;q=1".

#include "api/bodies/header_parameters.hpp"

#include <algorithm>
#include <string_view>

namespace consularia::api {

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
