#pragma once
// Writes one line of JSON, member by member, into one string.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace consularia::ledger {

/// Keys are written as they are: ours need no escapes. Texts must be UTF-8; they are written with
/// the escapes that RFC 8259 requires and no others. Does not check that objects and arrays are
/// closed.
class JsonWriter {
  public:
    void text(std::string_view key, std::string_view value);
    void boolean(std::string_view key, bool value);
    void number(std::string_view key, std::int64_t value);
    void null(std::string_view key);
    void begin_object(std::string_view key);
    void begin_array(std::string_view key);

    /// An element of an array, or the outermost value.
    void begin_object();
    void element(std::string_view text);

    void end_object() { out_ += '}'; }

    void end_array() { out_ += ']'; }

    [[nodiscard]] std::string take() { return std::move(out_); }

  private:
    void separate();
    void name(std::string_view key);
    void quote(std::string_view text);

    std::string out_;
};

}  // namespace consularia::ledger
