#include "api/join/fill.hpp"

#include "base/check.hpp"

#include <algorithm>

namespace consularia::api {

namespace {

constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";

std::string escape(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            case '\'':
                escaped += "&#39;";
                break;
            default:
                escaped += c;
        }
    }
    return escaped;
}

}  // namespace

Html fill(
    std::string_view html, std::initializer_list<std::pair<std::string_view, HtmlValue>> values
) {
    Html filled;
    for (;;) {
        const auto open = html.find(kOpen);
        filled.bytes += html.substr(0, open);
        if (open == std::string_view::npos) return filled;
        html.remove_prefix(open + kOpen.size());
        const auto close = html.find(kClose);
        CHECK(close != std::string_view::npos);
        const auto name = html.substr(0, close);
        const auto* const value = std::find_if(values.begin(), values.end(), [&](const auto& one) {
            return one.first == name;
        });
        CHECK(value != values.end());
        if (const auto* text = std::get_if<std::string_view>(&value->second)) {
            filled.bytes += escape(*text);
        } else {
            filled.bytes += std::get<Html>(value->second).bytes;
        }
        html.remove_prefix(close + kClose.size());
    }
}

}  // namespace consularia::api
