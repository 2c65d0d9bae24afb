#include "ledger/record/json_text.hpp"

#include "base/hex.hpp"
#include "base/utf8.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

namespace consularia::ledger {

namespace {

/// Without an exponent, no number of this length exceeds a double.
constexpr std::size_t kDigitsInRange = 308;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// How many bytes are looked at together.
constexpr std::ptrdiff_t kTogether = 16;

/// How many of the bytes at `from` come before the first that is no plain character of a string: a
/// quote, a backslash, a control character, or a byte of a longer code point.
std::ptrdiff_t count_plain(const char* from) {
    using Bytes [[gnu::vector_size(kTogether)]] = signed char;
    static_assert(std::endian::native == std::endian::little);
    Bytes bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    const Bytes others = (bytes == '"') | (bytes == '\\') | (bytes < ' ');
    std::array<std::uint64_t, 2> halves{};
    std::memcpy(&halves, &others, sizeof halves);
    if (halves[0] != 0) return std::countr_zero(halves[0]) / 8;
    return 8 + std::countr_zero(halves[1]) / 8;
}

const char* skip_plain_bytes(const char* at, const char* end) {
    std::ptrdiff_t plain = kTogether;
    while (plain == kTogether && end - at >= kTogether) {
        plain = count_plain(at);
        at += plain;
    }
    return at;
}

}  // namespace

/// Reads the text from beginning to end. Each function that reads a part of it returns false if it
/// cannot.
class JsonScanner {
  public:
    JsonScanner(std::string_view bytes, std::size_t depth, JsonText& text)
        : at_(bytes.data()), end_(bytes.data() + bytes.size()), depth_(depth), text_(text) {
        text_.values_.reserve(bytes.size() / 12 + 1);
        open_.reserve(kMaxJsonDepth);
    }

    bool read() {
        skip_blanks();
        if (!read_value()) return false;
        while (!open_.empty()) {
            if (!read_on()) return false;
        }
        skip_blanks();
        text_.strict_ = text_.strict_ && text_.root().is_object();
        return at_ == end_;
    }

  private:
    using Kind = Json::Kind;

    /// An array or object whose end was not read yet.
    struct Open {
        std::uint32_t place;  ///< In values_, if it is there.
        bool is_object;
        bool is_empty = true;
    };

    /// NUL at the end; no text may contain one.
    [[nodiscard]] char peek() const { return at_ == end_ ? '\0' : *at_; }

    bool take(char wanted) {
        if (peek() != wanted) return false;
        ++at_;
        return true;
    }

    bool take(std::string_view word) {
        if (!std::string_view(at_, end_).starts_with(word)) return false;
        at_ += word.size();
        return true;
    }

    void skip_blanks() {
        if (at_ != end_ && *at_ > ' ') return;  // as in all our records
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
    }

    /// Deeper values are only checked.
    [[nodiscard]] bool is_kept() const { return open_.size() <= depth_; }

    void add(Kind kind, std::string_view text) {
        if (is_kept()) text_.values_.push_back(Json(kind, text));
    }

    /// A whole value, or the beginning of an array or object.
    bool read_value() {
        switch (peek()) {
            case '"':
                return read_string();
            case '{':
                open(Kind::object);
                return true;
            case '[':
                open(Kind::array);
                return true;
            case 't':
                add(Kind::true_, {});
                return take("true");
            case 'f':
                add(Kind::false_, {});
                return take("false");
            case 'n':
                add(Kind::null, {});
                return take("null");
            default:
                return read_number();
        }
    }

    void open(Kind kind) {
        ++at_;
        const auto place = static_cast<std::uint32_t>(text_.values_.size());
        add(kind, {});
        open_.push_back({place, kind == Kind::object});
        text_.strict_ = text_.strict_ && is_kept();
    }

    /// The end of the innermost array or object, or what comes next in it.
    bool read_on() {
        Open& inner = open_.back();
        skip_blanks();
        if (take(inner.is_object ? '}' : ']')) {
            close();
            return true;
        }
        if (!inner.is_empty) {
            if (!take(',')) return false;
            skip_blanks();
        }
        inner.is_empty = false;
        if (is_kept()) ++text_.values_[inner.place].size_;
        if (inner.is_object && !read_name()) return false;
        return read_value();
    }

    void close() {
        const Open inner = open_.back();
        if (is_kept()) {
            Json& closed = text_.values_[inner.place];
            closed.span_ = static_cast<std::uint32_t>(text_.values_.size() - inner.place);
            if (inner.is_object && text_.strict_) {
                text_.strict_ = closed.size_ <= kMaxJsonMembers && !has_duplicates(closed);
            }
        }
        open_.pop_back();
    }

    bool read_name() {
        if (peek() != '"' || !read_string()) return false;
        skip_blanks();
        if (!take(':')) return false;
        skip_blanks();
        return true;
    }

    /// A string without escapes stays where it is.
    bool read_string() {
        const char* const begin = ++at_;
        if (!skip_plain()) return false;
        if (*at_ == '"') {
            add(Kind::string, {begin, at_++});
            return true;
        }
        return read_string_with_escapes(begin);
    }

    /// Skips to the next quote or backslash.
    bool skip_plain() {
        for (;;) {
            at_ = skip_plain_bytes(at_, end_);
            if (at_ == end_) return false;
            const auto c = static_cast<unsigned char>(*at_);
            if (c == '"' || c == '\\') return true;
            if (c < ' ') return false;
            const auto point = decode_code_point({at_, end_});
            if (!point.valid) return false;
            at_ += point.length;
        }
    }

    bool read_string_with_escapes(const char* begin) {
        std::string decoded(begin, at_);
        while (*at_ == '\\') {
            ++at_;
            if (!read_escape(decoded)) return false;
            const char* const from = at_;
            if (!skip_plain()) return false;
            decoded.append(from, at_);
        }
        ++at_;
        add(Kind::string, keep(decoded));
        return true;
    }

    /// Strings without their escapes are shorter than the text, so they stay where they are put.
    std::string_view keep(const std::string& decoded) {
        auto& kept = text_.decoded_;
        if (kept.empty()) kept.reserve(static_cast<std::size_t>(end_ - at_) + decoded.size());
        const auto at = kept.insert(kept.end(), decoded.begin(), decoded.end());
        return {kept.data() + (at - kept.begin()), decoded.size()};
    }

    bool read_escape(std::string& decoded) {
        constexpr std::string_view kLetters = "\"\\/bfnrt";
        constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
        if (take('u')) return read_code_point(decoded);
        const auto found = at_ == end_ ? std::string_view::npos : kLetters.find(*at_);
        if (found == std::string_view::npos) return false;
        ++at_;
        decoded += kMeanings[found];
        return true;
    }

    bool read_code_point(std::string& decoded) {
        char32_t point = 0;
        if (!read_unit(point)) return false;
        if (point >= 0xd800 && point < 0xdc00) {
            char32_t low = 0;
            if (!take("\\u") || !read_unit(low) || low < 0xdc00 || low > 0xdfff) return false;
            point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        } else if (point >= 0xdc00 && point < 0xe000) {
            return false;
        }
        append_code_point(decoded, point);
        return true;
    }

    bool read_unit(char32_t& unit) {
        for (int i = 0; i < 4; ++i) {
            const auto digit = hex_value(peek());
            if (!digit) return false;
            unit = 16 * unit + *digit;
            ++at_;
        }
        return true;
    }

    bool read_digits() {
        if (!is_digit(peek())) return false;
        while (is_digit(peek())) ++at_;
        return true;
    }

    bool read_number() {
        const char* const begin = at_;
        take('-');
        if (!take('0') && !read_digits()) return false;
        if (take('.') && !read_digits()) return false;
        const bool has_exponent = take('e') || take('E');
        if (has_exponent) {
            if (!take('+')) take('-');
            if (!read_digits()) return false;
        }
        const std::string_view number(begin, at_);
        add(Kind::number, number);
        const bool may_be_large = has_exponent || number.size() > kDigitsInRange;
        return !may_be_large || std::isfinite(std::strtod(std::string(number).c_str(), nullptr));
    }

    const char* at_;
    const char* const end_;
    const std::size_t depth_;
    JsonText& text_;
    std::vector<Open> open_;
};

std::optional<JsonText> JsonText::parse(std::string_view bytes, std::size_t depth) {
    JsonText text;
    if (!JsonScanner(bytes, depth, text).read()) return std::nullopt;
    return text;
}

}  // namespace consularia::ledger
