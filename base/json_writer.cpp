#include "base/json_writer.hpp"

#include "base/hex.hpp"

namespace consularia {

namespace {

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
    // A text ends with its quote, so none of these is part of a text.
    constexpr std::string_view no_comma_after = "{[:";
    if (!out_.empty() && no_comma_after.find(out_.back()) == std::string_view::npos) out_ += ',';
}

void JsonWriter::quote(std::string_view text) {
    const auto needs_escape = [](char c) {
        return static_cast<std::uint8_t>(c) < 0x20 || c == '"' || c == '\\';
    };
    out_ += '"';
    std::size_t plain = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!needs_escape(text[i])) continue;
        out_ += text.substr(plain, i - plain);
        append_escape(out_, text[i]);
        plain = i + 1;
    }
    out_ += text.substr(plain);
    out_ += '"';
}

std::string quote_json(std::string_view utf8) {
    JsonWriter json;
    json.element(utf8);
    return json.take();
}

}  // namespace consularia
