#include "api/strict_handling.hpp"

#include "api/lists.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace consularia::api {

namespace {

constexpr auto kPaging = std::to_array<std::string_view>({"page", "page_size"});

}  // namespace

bool wants_strict_handling(const Request& request) {
    const auto preferences = request.header("Prefer").value_or("");
    bool strict = false;
    for_each_part(preferences, ',', [&](std::string_view one) {
        strict = strict || equal_ignoring_case(one, "handling=strict");
    });
    return strict;
}

Errors unknown_parameters(const Query& query, std::span<const std::string_view> known) {
    std::set<std::string> names;
    for (const auto& [name, value] : query.all()) names.insert(replace_invalid_utf8(name));
    Errors errors;
    for (const auto& name : names) {
        if (std::ranges::find(known, name) != known.end()) continue;
        errors.add(name, Errors::sentence("Unknown parameter."));
    }
    return errors;
}

std::optional<Failure> refuse_unknown(
    const Request& request, std::span<const std::string_view> known
) {
    if (!wants_strict_handling(request)) return std::nullopt;
    std::vector<std::string_view> all(kPaging.begin(), kPaging.end());
    all.insert(all.end(), known.begin(), known.end());
    auto errors = unknown_parameters(Query(request.query), all);
    if (errors.empty()) return std::nullopt;
    return bad_fields(std::move(errors));
}

}  // namespace consularia::api
