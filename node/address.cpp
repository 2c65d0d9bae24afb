#include "node/address.hpp"

#include "node/usage_error.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cctype>
#include <charconv>
#include <string_view>

namespace consularia::node {

namespace {

constexpr std::string_view kNotInUrls = "+?#\"<>\\^`{|}";

}  // namespace

Address parse_address(const std::string& text, const std::string& option) {
    const UsageError wrong(
        option + " must be ADDRESS:PORT, for example 127.0.0.1:8080, not \"" + text + "\"."
    );
    const auto colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0) throw wrong;
    Address address{text.substr(0, colon), 0};
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, address.port);
    if (error != std::errc{} || stop != end) throw wrong;
    if (address.host.starts_with('[') && address.host.ends_with(']')) {
        address.host = address.host.substr(1, address.host.size() - 2);
    }
    in6_addr parsed{};  // Large enough for both kinds.
    if (inet_pton(AF_INET, address.host.c_str(), &parsed) != 1 &&
        inet_pton(AF_INET6, address.host.c_str(), &parsed) != 1) {
        throw wrong;
    }
    return address;
}

std::string origin_of(const Address& address) {
    const bool v6 = address.host.find(':') != std::string::npos;
    const auto host = v6 ? "[" + address.host + "]" : address.host;
    return "http://" + host + ":" + std::to_string(address.port);
}

std::string checked_public_url(const ServeOptions& options) {
    std::string url = options.public_url;
    while (url.ends_with('/')) url.pop_back();
    if (!url.empty() && !url.starts_with("http://") && !url.starts_with("https://")) {
        throw UsageError("--public-url must start with http:// or https://, not \"" + url + "\".");
    }
    // Paths are appended to it, and it names the keys that sign heads: infra/crypto/audit_keys.hpp.
    const auto has_no_place = [](char c) {
        return c <= ' ' || c > '~' || kNotInUrls.find(c) != std::string_view::npos;
    };
    if (std::ranges::any_of(url, has_no_place)) {
        throw UsageError(
            "--public-url must be of visible ASCII characters, without a plus sign, a query or a "
            "fragment, not \"" +
            url + "\"."
        );
    }
    return url;
}

std::string checked_prefix(std::string prefix) {
    while (prefix.ends_with('/')) prefix.pop_back();
    if (!prefix.empty() && !prefix.starts_with('/')) {
        throw UsageError("--prefix must start with a slash, not \"" + prefix + "\".");
    }
    const auto plain = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
               std::string_view("/-._~").find(c) != std::string_view::npos;
    };
    const bool odd =
        prefix.find("//") != std::string::npos || prefix.find("/.") != std::string::npos;
    if (odd || !std::ranges::all_of(prefix, plain)) {
        throw UsageError(
            "--prefix must be of letters, digits and -._~ between slashes, not \"" + prefix + "\"."
        );
    }
    for (const std::string other : {"/join", "/console", "/healthz", "/readyz"}) {
        if (!(prefix + "/").starts_with(other + "/")) continue;
        throw UsageError("--prefix must leave " + other + " alone, which is not of the API.");
    }
    return prefix;
}

}  // namespace consularia::node
