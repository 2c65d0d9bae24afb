#pragma once
// Texts that cannot be invalid: UTF-8 with a bounded length in code points and no NUL.

#include "domain/limits.hpp"

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

/// A text of at least kMin code points, and no more than a limit, without NUL. Does not trim: the
/// edge does that.
template <class Tag, std::size_t kMin, limits::Limit kMax>
class Text {
  public:
    static constexpr limits::Limit kCodePoints = kMax;

    /// A text that was stored.
    [[nodiscard]] static tl::expected<Text, TextError> parse(std::string utf8) {
        return parse_up_to(kMax.stored, std::move(utf8));
    }

    /// A new text.
    [[nodiscard]] static tl::expected<Text, TextError> accept(std::string utf8) {
        return parse_up_to(kMax.accepted, std::move(utf8));
    }

    [[nodiscard]] const std::string& value() const { return value_; }

    friend auto operator<=>(const Text&, const Text&) = default;

  private:
    explicit Text(std::string value) : value_(std::move(value)) {}

    static tl::expected<Text, TextError> parse_up_to(std::size_t max, std::string utf8) {
        const std::size_t length = count_code_points(utf8);
        if (length < kMin) return tl::unexpected(TextError::blank);
        if (length > max) return tl::unexpected(TextError::too_long);
        if (utf8.find('\0') != std::string::npos) return tl::unexpected(TextError::null_character);
        return Text(std::move(utf8));
    }

    std::string value_;
};

using Title = Text<struct TitleTag, 1, limits::kTitle>;
using UniqueId = Text<struct UniqueIdTag, 1, limits::kUniqueId>;
using DisplayName = Text<struct DisplayNameTag, 0, limits::kDisplayName>;
using OrganizationName = Text<struct OrganizationNameTag, 1, limits::kOrganizationName>;
using TokenName = Text<struct TokenNameTag, 1, limits::kTokenName>;
using WebhookDescription = Text<struct WebhookDescriptionTag, 0, limits::kWebhookDescription>;
using EventTypeName = Text<struct EventTypeNameTag, 1, limits::kEventTypeName>;

}  // namespace consularia::domain
