#include "ledger/record/readable_event.hpp"

#include "ledger/record/json_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace consularia::ledger {

namespace {

constexpr std::array<std::string_view, 3> kHidden{"idempotencykey", "requesthash", "prevhash"};
constexpr std::string_view kSecret = "secret_sha256";

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

/// The object with the members for which `keep`, called with name and value, returns true, in their
/// order, without the white space between tokens. It may change the value.
template <class Keep>
std::string members_of(std::string_view object, const Keep& keep) {
    std::string kept = "{";
    object.remove_prefix(std::min(object.find('{'), object.size()));
    while (!object.empty() && object.front() != '}') {
        object.remove_prefix(1);  // the brace or the comma before a member
        const auto name = take_token(object);
        object.remove_prefix(std::min<std::size_t>(1, object.size()));
        auto value = take_token(object);
        if (!keep(text_of(name), value)) continue;
        if (kept.size() > 1) kept += ',';
        kept += name + ':' + value;
    }
    kept += '}';
    return kept;
}

/// `data` of an event of an organization, without the hash of a token's secret.
std::string without_secret(const std::string& data) {
    return members_of(data, [](const std::string& name, std::string& value) {
        if (name != "token" || !value.starts_with('{')) return true;
        value = members_of(value, [](const std::string& member, const std::string& /*value*/) {
            return member != kSecret;
        });
        return true;
    });
}

}  // namespace

ReadableEvent readable_event(std::string_view fact, EventPart part) {
    ReadableEvent event;
    event.json = members_of(fact, [&](const std::string& attribute, std::string& value) {
        if (std::ranges::find(kHidden, attribute) != kHidden.end()) return false;
        if (attribute == "type") event.type = text_of(value);
        if (attribute == "subject") event.subject = text_of(value);
        if (attribute != "data") return true;
        if (part == EventPart::thin) return false;
        const bool may_have_secret = value.find(kSecret) != value.npos;
        if (may_have_secret && value.starts_with('{')) value = without_secret(value);
        return true;
    });
    return event;
}

}  // namespace consularia::ledger
