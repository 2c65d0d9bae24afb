#pragma once
// The service of the handlers, for tests that change some of it.

#include "api/service.hpp"
#include "tests/support/record_codec.hpp"

namespace consularia::test {

/// Ready, without data, links or a key that would be the admin's; makes the same ids and secrets
/// all the time. The arguments outlive it.
[[nodiscard]] inline api::Service make_service(
    const ledger::Clock& clock, const api::Rates& rates
) {
    api::Service service;
    service.clock = &clock;
    service.codec = &samples::codec();
    service.rates = &rates;
    service.new_id = [] { return domain::UuidBytes{}; };
    service.new_secret = [] { return "nonce"; };
    service.is_admin_key = [](std::string_view) { return false; };
    service.hash_request = [](std::string_view) { return ledger::Hash{}; };
    service.not_ready = [] { return std::optional<std::string>(); };
    return service;
}

}  // namespace consularia::test
