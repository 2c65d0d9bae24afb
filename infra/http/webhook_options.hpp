#pragma once
// How webhooks are sent.

#include "domain/webhook/addresses.hpp"
#include "infra/http/resolve.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace consularia::infra::http {

struct WebhookSenderOptions {
    domain::AddressPolicy addresses{};
    bool allow_http = false;
    std::string user_agent = "consularia";
    std::size_t at_once = 64;  ///< Posts; a thread for each name among them that is resolved.
    /// For everything: resolving the name, connecting, TLS, and reading the answer.
    std::chrono::milliseconds timeout{15'000};
    Resolve resolve = resolve_by_system;
};

}  // namespace consularia::infra::http
