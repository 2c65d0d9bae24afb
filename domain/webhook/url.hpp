#pragma once
// The URL that a webhook is delivered to.

#include "domain/limits.hpp"

#include <tl/expected.hpp>

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace consularia::domain {

/// Checked in this order; the first failure is reported.
enum class UrlError { too_long, malformed, not_https };

/// Which URLs are accepted. Those with http are readable in any case.
enum class UrlSchemes { https, https_and_http };

/// An absolute https or http URL (RFC 3986) in ASCII with a host, and without user, password and
/// fragment. Whether its address may be called is another question.
class WebhookUrl {
  public:
    /// One that was stored.
    [[nodiscard]] static std::optional<WebhookUrl> parse(std::string text);

    /// A new one.
    [[nodiscard]] static tl::expected<WebhookUrl, UrlError> accept(
        std::string text, UrlSchemes schemes
    );

    [[nodiscard]] const std::string& value() const { return value_; }

    [[nodiscard]] bool is_https() const;

    /// As written, without port; an IPv6 address without its brackets.
    [[nodiscard]] std::string_view host() const;

    friend auto operator<=>(const WebhookUrl&, const WebhookUrl&) = default;

  private:
    explicit WebhookUrl(std::string value) : value_(std::move(value)) {}

    std::string value_;
};

}  // namespace consularia::domain
