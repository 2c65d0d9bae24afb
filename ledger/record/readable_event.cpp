#include "ledger/record/readable_event.hpp"

#include "ledger/record/json_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace consularia::ledger {

namespace {

constexpr std::array<std::string_view, 3> kHidden{"idempotencykey", "requesthash", "prevhash"};

/// The position of the quotation mark that ends the string which begins at `at`; beyond the end of
/// the text if none does.
std::size_t end_of_string(std::string_view text, std::size_t at) {
    for (auto end = text.find('"', at + 1); end < text.size(); end = text.find('"', end + 1)) {
        auto escapes = end;
        while (text[escapes - 1] == '\\') --escapes;
        if ((end - escapes) % 2 == 0) return end;
    }
    return text.size();
}

/// Removes the next name or value of an object from the front, up to the separator that follows it,
/// and returns it without the white space between tokens.
std::string take_token(std::string_view& rest) {
    std::string token;
    std::size_t depth = 0;
    std::size_t begin = 0;
    std::size_t at = 0;
    for (; at < rest.size(); ++at) {
        const char c = rest[at];
        if (depth == 0 && (c == ',' || c == ':' || c == '}')) break;
        if (c == '"') {
            at = end_of_string(rest, at);
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            --depth;
        } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            token += rest.substr(begin, at - begin);
            begin = at + 1;
        }
    }
    at = std::min(at, rest.size());
    if (begin < at) token += rest.substr(begin, at - begin);
    rest.remove_prefix(at);
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

ReadableEvent readable_event(std::string_view fact, EventPart part) {
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
        if (part == EventPart::thin && attribute == "data") continue;
        if (attribute == "type") event.type = text_of(value);
        if (attribute == "subject") event.subject = text_of(value);
        if (event.json.size() > 1) event.json += ',';
        event.json += name + ':' + value;
    }
    event.json += '}';
    return event;
}

}  // namespace consularia::ledger
