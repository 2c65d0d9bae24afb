#include "api/preconditions.hpp"

#include "api/lists.hpp"

#include <charconv>
#include <optional>
#include <string_view>

namespace consularia::api {

namespace {

std::string_view without_weakness(std::string_view tag) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    return tag;
}

/// The version in one of our tags.
std::optional<domain::Version> parse_tag(std::string_view tag) {
    tag = without_weakness(tag);
    if (tag.size() < 3 || tag.front() != '"' || tag.back() != '"') return std::nullopt;
    const auto digits = tag.substr(1, tag.size() - 2);
    domain::Version version = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), version);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    if (etag_of(version) != tag) return std::nullopt;
    return version;
}

}  // namespace

std::string etag_of(domain::Version version) {
    return '"' + std::to_string(version) + '"';
}

domain::ExpectedVersions read_if_match(const Request& request) {
    const auto header = request.header("If-Match");
    if (!header || trim_blanks(*header) == "*") return std::nullopt;
    std::vector<domain::Version> versions;
    for_each_part(*header, ',', [&](std::string_view tag) {
        if (const auto version = parse_tag(tag)) versions.push_back(*version);
    });
    return versions;
}

bool none_match_hits(const Request& request, domain::Version version) {
    return none_match_is_any(request) || none_match_names(request, etag_of(version));
}

bool none_match_names(const Request& request, std::string_view tag) {
    const auto header = request.header("If-None-Match");
    if (!header) return false;
    bool named = false;
    for_each_part(*header, ',', [&](std::string_view one) {
        named = named || without_weakness(one) == tag;
    });
    return named;
}

bool none_match_is_any(const Request& request) {
    return trim_blanks(request.header("If-None-Match").value_or("")) == "*";
}

}  // namespace consularia::api
