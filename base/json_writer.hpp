#pragma once
// Writes one line of JSON, member by member, into one string.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace consularia {

/// Keys and texts must be UTF-8; they are written with the escapes that RFC 8259 requires and no
/// others. Does not check that objects and arrays are closed.
class JsonWriter {
  public:
    JsonWriter() { out_.reserve(256); }

    void text(std::string_view key, std::string_view value);
    void boolean(std::string_view key, bool value);
    void number(std::string_view key, std::int64_t value);
    void null(std::string_view key);
    void begin_object(std::string_view key);
    void begin_array(std::string_view key);

    /// The name of a member whose value follows.
    void name(std::string_view key);

    /// The value of a member whose name was written, an element of an array, or the outermost
    /// value.
    void begin_object();
    void begin_array();
    void element(std::string_view text);
    /// The same, for a value that is JSON already.
    void raw(std::string_view json);

    void end_object() { out_ += '}'; }

    void end_array() { out_ += ']'; }

    [[nodiscard]] std::string take() { return std::move(out_); }

  private:
    void separate();
    void quote(std::string_view text);

    std::string out_;
};

/// A JSON string with its quotes.
[[nodiscard]] std::string quote_json(std::string_view utf8);

}  // namespace consularia
