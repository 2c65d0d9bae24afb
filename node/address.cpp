#include "node/address.hpp"

#include "node/usage_error.hpp"

#include <arpa/inet.h>
#include <charconv>

namespace consularia::node {

Address parse_address(const std::string& text) {
    const UsageError wrong(
        "--listen must be ADDRESS:PORT, for example 127.0.0.1:8080, not \"" + text + "\"."
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
    // It names the keys that sign heads: infra/crypto/audit_keys.hpp.
    if (url.find_first_of("+ \t\r\n") != std::string::npos) {
        throw UsageError("--public-url must have no blank and no plus sign: \"" + url + "\".");
    }
    return url;
}

}  // namespace consularia::node
