#include "base/json_writer.hpp"

#include "base/hex.hpp"

#include <cstring>

namespace consularia {

namespace {

bool needs_escape(char c) {
    return static_cast<std::uint8_t>(c) < 0x20 || c == '"' || c == '\\';
}

/// Whether one of eight characters needs an escape. Subtracting from a byte sets its highest bit if
/// the byte is smaller; the highest bit of bytes beyond ASCII is masked out.
bool one_needs_escape(std::uint64_t eight) {
    constexpr std::uint64_t each = 0x0101010101010101;
    const auto any_below = [](std::uint64_t bytes, std::uint64_t limit) {
        return (bytes - each * limit) & ~bytes & each * 0x80;
    };
    const auto quotes = any_below(eight ^ each * '"', 1);
    const auto backslashes = any_below(eight ^ each * '\\', 1);
    return (any_below(eight, 0x20) | quotes | backslashes) != 0;
}

/// The length of what comes before the first character that needs an escape.
std::size_t plain_length(std::string_view text) {
    std::size_t length = 0;
    for (std::uint64_t eight = 0; length + sizeof eight <= text.size(); length += sizeof eight) {
        std::memcpy(&eight, text.data() + length, sizeof eight);
        if (one_needs_escape(eight)) break;
    }
    while (length < text.size() && !needs_escape(text[length])) ++length;
    return length;
}

/// The escape of a character that a JSON string cannot contain as it is.
void append_escape(std::string& out, char character) {
    constexpr std::string_view special = "\"\\\b\f\n\r\t";
    constexpr std::string_view letters = "\"\\bfnrt";
    if (const auto found = special.find(character); found != std::string_view::npos) {
        out += '\\';
        out += letters[found];
        return;
    }
    out += "\\u";
    append_hex(out, static_cast<std::uint8_t>(character), 4);
}

}  // namespace

void JsonWriter::text(std::string_view key, std::string_view value) {
    name(key);
    quote(value);
}

void JsonWriter::boolean(std::string_view key, bool value) {
    name(key);
    out_ += value ? "true" : "false";
}

void JsonWriter::number(std::string_view key, std::int64_t value) {
    name(key);
    out_ += std::to_string(value);
}

void JsonWriter::null(std::string_view key) {
    name(key);
    out_ += "null";
}

void JsonWriter::begin_object(std::string_view key) {
    name(key);
    begin_object();
}

void JsonWriter::begin_array(std::string_view key) {
    name(key);
    begin_array();
}

void JsonWriter::name(std::string_view key) {
    separate();
    quote(key);
    out_ += ':';
}

void JsonWriter::begin_object() {
    separate();
    out_ += '{';
}

void JsonWriter::begin_array() {
    separate();
    out_ += '[';
}

void JsonWriter::element(std::string_view text) {
    separate();
    quote(text);
}

void JsonWriter::raw(std::string_view json) {
    separate();
    out_ += json;
}

void JsonWriter::separate() {
    if (out_.empty()) return;
    const char last = out_.back();
    // A text ends with its quote, so none of these is part of a text.
    if (last != '{' && last != '[' && last != ':') out_ += ',';
}

void JsonWriter::quote(std::string_view text) {
    out_ += '"';
    for (auto plain = plain_length(text); plain < text.size(); plain = plain_length(text)) {
        out_ += text.substr(0, plain);
        append_escape(out_, text[plain]);
        text.remove_prefix(plain + 1);
    }
    out_ += text;
    out_ += '"';
}

std::string quote_json(std::string_view utf8) {
    JsonWriter json;
    json.element(utf8);
    return json.take();
}

}  // namespace consularia
