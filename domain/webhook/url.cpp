#include "domain/webhook/url.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>

namespace consularia::domain {
namespace {

constexpr std::string_view kHttps = "https://";
constexpr std::string_view kHttp = "http://";
constexpr std::size_t kLongestHost = 253;
constexpr std::size_t kLongestLabel = 63;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_hex_digit(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool starts_with_scheme(std::string_view text, std::string_view scheme) {
    const auto same = [](char ours, char theirs) {
        return ours == std::tolower(static_cast<unsigned char>(theirs));
    };
    return text.size() >= scheme.size() &&
           std::equal(scheme.begin(), scheme.end(), text.begin(), same);
}

/// From the host up to the end of the port; empty if the scheme is another one.
std::string_view authority_of(std::string_view url) {
    for (const auto scheme : {kHttps, kHttp}) {
        if (!starts_with_scheme(url, scheme)) continue;
        url.remove_prefix(scheme.size());
        return url.substr(0, url.find_first_of("/?"));
    }
    return {};
}

/// What precedes the port, an IPv6 address with its brackets.
std::string_view host_part(std::string_view authority) {
    if (authority.starts_with('[')) {
        const auto end = authority.find(']');
        return end == authority.npos ? std::string_view() : authority.substr(0, end + 1);
    }
    return authority.substr(0, authority.find(':'));
}

bool is_address_in_brackets(std::string_view host) {
    if (host.size() < 4 || !host.starts_with('[') || !host.ends_with(']')) return false;
    const auto inside = host.substr(1, host.size() - 2);
    const auto good = [](char c) { return is_hex_digit(c) || c == ':' || c == '.'; };
    return inside.find(':') != inside.npos && std::ranges::all_of(inside, good);
}

/// Labels of letters, digits, hyphens and underscores. A dot at the end, which some resolvers
/// ignore, is refused.
bool is_name(std::string_view host) {
    if (host.empty() || host.size() > kLongestHost) return false;
    const auto good = [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; };
    for (std::size_t at = 0; at <= host.size();) {
        const auto label = host.substr(at, host.find('.', at) - at);
        if (label.empty() || label.size() > kLongestLabel) return false;
        if (!std::ranges::all_of(label, good)) return false;
        at += label.size() + 1;
    }
    return true;
}

/// Nothing, or a colon and 1 to 65535.
bool is_port(std::string_view port) {
    constexpr std::uint32_t kLargest = 65535;
    if (port.empty()) return true;
    port.remove_prefix(1);
    if (port.empty() || port.size() > 5 || !std::ranges::all_of(port, is_digit)) return false;
    std::uint32_t number = 0;
    for (const char digit : port) number = 10 * number + static_cast<std::uint32_t>(digit - '0');
    return number > 0 && number <= kLargest;
}

/// Only what may be in a URL without a fragment, and percent signs only before two hex digits.
bool has_only_good_characters(std::string_view url) {
    constexpr std::string_view kBad = "\"#<>\\^`{|}";
    for (std::size_t i = 0; i < url.size(); ++i) {
        const char c = url[i];
        if (c <= ' ' || c > '~' || kBad.find(c) != kBad.npos) return false;
        if (c != '%') continue;
        if (i + 2 >= url.size() || !is_hex_digit(url[i + 1]) || !is_hex_digit(url[i + 2])) {
            return false;
        }
    }
    return true;
}

bool is_good(std::string_view url) {
    if (!has_only_good_characters(url)) return false;
    const auto authority = authority_of(url);
    const auto host = host_part(authority);
    if (!is_name(host) && !is_address_in_brackets(host)) return false;
    const auto port = authority.substr(host.size());
    return (port.empty() || port.starts_with(':')) && is_port(port);
}

}  // namespace

std::optional<WebhookUrl> WebhookUrl::parse(std::string text) {
    if (text.size() > limits::kWebhookUrl.stored || !is_good(text)) return std::nullopt;
    return WebhookUrl(std::move(text));
}

tl::expected<WebhookUrl, UrlError> WebhookUrl::accept(std::string text, UrlSchemes schemes) {
    if (text.size() > limits::kWebhookUrl.accepted) return tl::unexpected(UrlError::too_long);
    if (!is_good(text)) return tl::unexpected(UrlError::malformed);
    WebhookUrl url(std::move(text));
    if (schemes == UrlSchemes::https && !url.is_https()) return tl::unexpected(UrlError::not_https);
    return url;
}

bool WebhookUrl::is_https() const {
    return starts_with_scheme(value_, kHttps);
}

std::string_view WebhookUrl::host() const {
    const auto host = host_part(authority_of(value_));
    return host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
}

}  // namespace consularia::domain
