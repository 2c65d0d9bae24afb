#pragma once
// Texts that cannot be invalid: UTF-8 with a bounded length in code points and no NUL.

#include <tl/expected.hpp>

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace consularia::domain {

/// Checked in this order; the first failure is reported.
enum class TextError { blank, too_long, null_character };

/// The number of code points in valid UTF-8.
[[nodiscard]] std::size_t count_code_points(std::string_view utf8);

/// Without Unicode white space at both ends (what Python's str.strip removes).
[[nodiscard]] std::string_view trim(std::string_view utf8);

/// A text of kMin to kMax code points without NUL. Does not trim: the edge does that.
template <class Tag, std::size_t kMin, std::size_t kMax>
class Text {
  public:
    static constexpr std::size_t kMaxCodePoints = kMax;

    [[nodiscard]] static tl::expected<Text, TextError> parse(std::string utf8) {
        const std::size_t length = count_code_points(utf8);
        if (length < kMin) return tl::unexpected(TextError::blank);
        if (length > kMax) return tl::unexpected(TextError::too_long);
        if (utf8.find('\0') != std::string::npos) return tl::unexpected(TextError::null_character);
        return Text(std::move(utf8));
    }

    [[nodiscard]] const std::string& value() const { return value_; }

    friend auto operator<=>(const Text&, const Text&) = default;

  private:
    explicit Text(std::string value) : value_(std::move(value)) {}

    std::string value_;
};

using Title = Text<struct TitleTag, 1, 255>;
using UniqueId = Text<struct UniqueIdTag, 1, 255>;
using DisplayName = Text<struct DisplayNameTag, 0, 60>;
using OrganizationName = Text<struct OrganizationNameTag, 1, 255>;
using TokenName = Text<struct TokenNameTag, 1, 255>;

}  // namespace consularia::domain
