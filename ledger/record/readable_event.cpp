#include "ledger/record/readable_event.hpp"

#include "ledger/record/json_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace consularia::ledger {

namespace {

constexpr std::array<std::string_view, 3> kHidden{"idempotencykey", "requesthash", "prevhash"};

/// Removes the next name or value of an object from the front, up to the separator that follows it,
/// and returns it without the white space between tokens.
std::string take_token(std::string_view& rest) {
    constexpr std::string_view white_space = " \t\r\n";
    std::string token;
    std::size_t depth = 0;
    bool quoted = false;
    while (!rest.empty()) {
        const char c = rest.front();
        const bool separates = c == ',' || c == ':' || c == '}';
        if (!quoted && depth == 0 && separates) break;
        rest.remove_prefix(1);
        if (quoted || white_space.find(c) == std::string_view::npos) token += c;
        if (quoted) {
            quoted = c != '"';
            if (c != '\\' || rest.empty()) continue;
            token += rest.front();
            rest.remove_prefix(1);
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return token;
}

/// Empty for what is no string.
std::string text_of(const std::string& token) {
    if (!token.starts_with('"')) return {};
    if (token.find('\\') == std::string::npos) return token.substr(1, token.size() - 2);
    const auto parsed = JsonText::parse(token);
    return std::string(parsed ? parsed->root().string().value_or("") : "");
}

}  // namespace

ReadableEvent readable_event(std::string_view fact) {
    ReadableEvent event;
    event.json = "{";
    std::string_view rest = fact.substr(std::min(fact.find('{'), fact.size()));
    while (!rest.empty() && rest.front() != '}') {
        rest.remove_prefix(1);  // the brace or the comma before a member
        const auto name = take_token(rest);
        rest.remove_prefix(std::min<std::size_t>(1, rest.size()));
        auto value = take_token(rest);
        const auto attribute = text_of(name);
        if (std::ranges::find(kHidden, attribute) != kHidden.end()) continue;
        if (attribute == "type") event.type = text_of(value);
        if (attribute == "subject") event.subject = text_of(value);
        if (event.json.size() > 1) event.json += ',';
        event.json += name + ':' + value;
    }
    event.json += '}';
    return event;
}

}  // namespace consularia::ledger
