#include "api/request.hpp"

#include <algorithm>

namespace consularia::api {

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) {
        return lower(x) == lower(y);
    });
}

std::optional<std::string> Request::header(std::string_view name) const {
    std::optional<std::string> joined;
    for (const auto& [field, value] : headers) {
        if (!equal_ignoring_case(field, name)) continue;
        joined = joined ? *joined + ", " + value : value;
    }
    return joined;
}

bool only_reads(const Request& request) {
    return request.method == "GET" || request.method == "HEAD";
}

}  // namespace consularia::api
