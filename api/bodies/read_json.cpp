// JSON (RFC 8259), read into a packed body in one pass.

#include "api/bodies/formats.hpp"
#include "api/bodies/packer.hpp"
#include "base/hex.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <utility>

namespace consularia::api {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Reads the text from beginning to end. Each function that reads a part of it returns false if it
/// cannot; then at_ and what_ say where and why.
class JsonReader {
  public:
    JsonReader(std::string text, std::size_t max_values)
        : max_values_(max_values), packer_(make_packer(std::move(text), max_values)) {}

    tl::expected<Value, UnreadableBody> read() {
        if (!read_whole()) return refusal();
        return packer_.take();
    }

  private:
    /// In any JSON at least every second byte separates values.
    static Packer make_packer(std::string text, std::size_t max_values) {
        const auto nodes = std::min(text.size() / 2 + 1, 2 * max_values + 1);
        return {std::move(text), nodes};
    }

    bool read_whole() {
        if (text().starts_with("\xef\xbb\xbf")) return fail("Unexpected UTF-8 BOM");
        skip_blanks();
        if (!read_value(1)) return false;
        skip_blanks();
        return at_ == text().size() || fail("Extra data");
    }

    [[nodiscard]] std::string_view text() const { return packer_.bytes(); }

    /// NUL at the end; no text may contain one.
    [[nodiscard]] char peek() const { return at_ < text().size() ? text()[at_] : '\0'; }

    bool take(char wanted) {
        if (peek() != wanted) return false;
        ++at_;
        return true;
    }

    void skip_blanks() { at_ = std::min(text().find_first_not_of(" \t\n\r", at_), text().size()); }

    bool fail(std::string_view what) {
        what_ = at_ < text().size() && text()[at_] == '\0' ? "unexpected NUL" : what;
        return false;
    }

    bool read_value(std::size_t depth) {
        if (++values_ > max_values_) {
            too_many_ = true;
            return false;
        }
        switch (peek()) {
            case '{':
                return read_object(depth);
            case '[':
                return read_array(depth);
            case '"':
                return read_string();
            case 't':
                if (!read_word("true")) return false;
                packer_.truth(true);
                return true;
            case 'f':
                if (!read_word("false")) return false;
                packer_.truth(false);
                return true;
            case 'n':
                if (!read_word("null")) return false;
                packer_.null();
                return true;
            default:
                return read_number();
        }
    }

    bool read_array(std::size_t depth) {
        if (depth > kMaxJsonDepth) return fail("nested too deep");
        ++at_;
        const auto opened = packer_.begin(Node::Kind::array);
        std::size_t values = 0;
        skip_blanks();
        while (values > 0 || peek() != ']') {
            if (!read_value(depth + 1)) return false;
            ++values;
            skip_blanks();
            if (!take(',')) break;
            skip_blanks();
        }
        if (!take(']')) return fail("Expecting ',' delimiter");
        packer_.end(opened, values);
        return true;
    }

    bool read_object(std::size_t depth) {
        if (depth > kMaxJsonDepth) return fail("nested too deep");
        ++at_;
        const auto opened = packer_.begin(Node::Kind::object);
        std::size_t members = 0;
        skip_blanks();
        while (members > 0 || peek() != '}') {
            if (peek() != '"') return fail("Expecting property name enclosed in double quotes");
            if (!read_string()) return false;
            skip_blanks();
            if (!take(':')) return fail("Expecting ':' delimiter");
            skip_blanks();
            if (!read_value(depth + 1)) return false;
            ++members;
            skip_blanks();
            if (!take(',')) break;
            skip_blanks();
        }
        if (!take('}')) return fail("Expecting ',' delimiter");
        packer_.end(opened, members);
        if (members > 1) packer_.let_last_win(opened);
        return true;
    }

    bool read_word(std::string_view word) {
        for (const char c : word) {
            if (!take(c)) return fail("Expecting value");
        }
        return true;
    }

    bool read_digits() {
        if (!is_digit(peek())) return fail("Expecting value");
        while (is_digit(peek())) ++at_;
        return true;
    }

    bool read_number() {
        const auto begin = at_;
        take('-');
        if (!take('0') && !read_digits()) return false;
        if (take('.') && !read_digits()) return false;
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            if (!read_digits()) return false;
        }
        packer_.number(text().substr(begin, at_ - begin));
        return true;
    }

    /// A string without escapes stays where it is.
    bool read_string() {
        ++at_;
        const auto begin = at_;
        if (!skip_plain()) return false;
        if (peek() == '"') {
            packer_.string(text().substr(begin, at_ - begin));
            ++at_;
            return true;
        }
        auto& decoded = packer_.decoded();
        if (decoded.empty()) decoded.reserve(text().size() - begin);
        const auto decoded_begin = decoded.size();
        auto from = begin;
        while (peek() == '\\') {
            decoded += text().substr(from, at_ - from);
            if (!read_escape()) return false;
            from = at_;
            if (!skip_plain()) return false;
        }
        decoded += text().substr(from, at_ - from);
        ++at_;
        packer_.decoded_string(decoded_begin);
        return true;
    }

    /// Skips to the next quote or backslash.
    bool skip_plain() {
        while (at_ < text().size()) {
            const auto c = static_cast<unsigned char>(text()[at_]);
            if (c == '"' || c == '\\') return true;
            if (c < ' ') return fail("Invalid control character");
            if (c < 0x80) {
                ++at_;
                continue;
            }
            const auto point = decode_code_point(text().substr(at_));
            if (!point.valid) return fail("invalid UTF-8");
            at_ += point.length;
        }
        return fail("Unterminated string");
    }

    bool read_escape() {
        constexpr std::string_view kLetters = "\"\\/bfnrt";
        constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
        ++at_;
        if (take('u')) return read_code_point();
        const auto found = peek() == '\0' ? std::string_view::npos : kLetters.find(peek());
        if (found == std::string_view::npos) return fail("Invalid \\escape");
        ++at_;
        packer_.decoded() += kMeanings[found];
        return true;
    }

    bool read_code_point() {
        char32_t point = 0;
        if (!read_unit(point)) return false;
        if (point >= 0xd800 && point < 0xdc00) {
            char32_t low = 0;
            if (!take('\\') || !take('u')) return fail("lone surrogate");
            if (!read_unit(low)) return false;
            if (low < 0xdc00 || low > 0xdfff) return fail("lone surrogate");
            point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        } else if (point >= 0xdc00 && point < 0xe000) {
            return fail("lone surrogate");
        }
        append_code_point(packer_.decoded(), point);
        return true;
    }

    bool read_unit(char32_t& unit) {
        for (int i = 0; i < 4; ++i) {
            const auto digit = hex_value(peek());
            if (!digit) return fail("Invalid \\uXXXX escape");
            unit = 16 * unit + *digit;
            ++at_;
        }
        return true;
    }

    /// In the words of Python's json, so that clients find the place as before.
    tl::unexpected<UnreadableBody> refusal() const {
        if (too_many_) return too_many_values(max_values_);
        const std::string_view before = text().substr(0, at_);
        const auto line = 1 + std::count(before.begin(), before.end(), '\n');
        const std::string_view same_line = before.substr(before.rfind('\n') + 1);
        const auto is_lead = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
        const auto column = 1 + std::count_if(same_line.begin(), same_line.end(), is_lead);
        const auto character = std::count_if(before.begin(), before.end(), is_lead);
        return tl::unexpected(UnreadableBody{
            "JSON parse error - " + std::string(what_) + ": line " + std::to_string(line) +
            " column " + std::to_string(column) + " (char " + std::to_string(character) + ")"});
    }

    std::size_t max_values_;
    Packer packer_;
    std::size_t at_ = 0;  ///< The next byte to read; after a failure the invalid one.
    std::size_t values_ = 0;
    bool too_many_ = false;
    std::string_view what_;
};

}  // namespace

tl::expected<Value, UnreadableBody> read_json(std::string body, std::size_t max_values) {
    return JsonReader(std::move(body), max_values).read();
}

}  // namespace consularia::api
