#pragma once
// The addresses of a host.

#include "domain/webhook/addresses.hpp"

#include <functional>
#include <string>
#include <vector>

namespace consularia::infra::http {

/// May block, and throw std::exception if the name cannot be resolved. Thread-safe.
using Resolve = std::function<std::vector<domain::IpAddress>(const std::string& host)>;

/// By getaddrinfo(3).
[[nodiscard]] std::vector<domain::IpAddress> resolve_by_system(const std::string& host);

}  // namespace consularia::infra::http
