// Url-encoded forms and queries.

#include "api/bodies/formats.hpp"
#include "api/bodies/percent.hpp"
#include "api/bodies/read_body.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <string_view>

namespace consularia::api {

namespace {

/// Takes one decoded byte from the beginning of the text.
char take_byte(std::string_view& text) {
    const bool plus = text.front() == '+';
    const char byte = take_decoded(text);
    return plus ? ' ' : byte;
}

/// Appends the text decoded, with U+FFFD in place of invalid UTF-8.
void append_decoded(std::string& out, std::string_view text) {
    constexpr std::size_t kLongestCodePoint = 4;
    std::string window;  // The bytes that may belong to the next code point.
    for (;;) {
        while (window.size() < kLongestCodePoint && !text.empty()) window += take_byte(text);
        if (window.empty()) return;
        const CodePoint next = decode_code_point(window);
        append_code_point(out, window, next);
        window.erase(0, next.length);
    }
}

/// Calls visit(name, value) with each pair, still encoded.
template <class Visit>
void for_each_pair(std::string_view text, Visit visit) {
    while (!text.empty()) {
        const std::string_view pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(pair.size() + 1, text.size()));
        if (pair.empty()) continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        visit(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())));
    }
}

/// A text gets longer only by replacements for invalid UTF-8.
std::size_t room_for(std::string_view body, std::size_t fields) {
    const auto high = std::count_if(body.begin(), body.end(), [](char c) { return c < 0; });
    return body.size() + fields + 2 * static_cast<std::size_t>(high);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> decode_form(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for_each_pair(text, [&](std::string_view name, std::string_view value) {
        auto& pair = pairs.emplace_back();
        append_decoded(pair.first, name);
        append_decoded(pair.second, value);
    });
    return pairs;
}

tl::expected<FormFields, UnreadableBody> read_urlencoded(
    std::string_view body, std::size_t max_fields
) {
    std::size_t count = 0;
    for_each_pair(body, [&](std::string_view, std::string_view) { ++count; });
    if (count > max_fields) return too_many_values(max_fields);
    FormFields fields(count, room_for(body, count + 1));
    for_each_pair(body, [&](std::string_view name, std::string_view value) {
        fields.begin();
        append_decoded(fields.text, name);
        fields.end_name();
        append_decoded(fields.text, value);
        fields.end_value();
    });
    return fields;
}

}  // namespace consularia::api
