#pragma once
// Addresses to listen on, and the URLs and paths that clients use.

#include "node/options.hpp"

#include <cstdint>
#include <string>

namespace consularia::node {

struct Address {
    std::string host;  ///< Without brackets.
    std::uint16_t port = 0;
};

/// `127.0.0.1:8080` or `[::1]:8080`. Throws UsageError, which names the option.
[[nodiscard]] Address parse_address(
    const std::string& text, const std::string& option = "--listen"
);

/// `http://127.0.0.1:8080`
[[nodiscard]] std::string origin_of(const Address& address);

/// The configured public URL without a slash at its end; empty when none is. Throws UsageError.
[[nodiscard]] std::string checked_public_url(const ServeOptions& options);

/// The prefix of the API's paths, without a slash at its end. Throws UsageError.
[[nodiscard]] std::string checked_prefix(std::string prefix);

}  // namespace consularia::node
