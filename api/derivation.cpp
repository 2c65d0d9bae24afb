#include "api/derivation.hpp"

#include <algorithm>

namespace consularia::api {

namespace {

constexpr std::size_t kSecretDigits = 48;

/// No hashed request has the same text: requests begin with a method, which has no blank.
ledger::Hash derive(const Service& service, std::string_view purpose, std::string_view of) {
    return service.hash_request(std::string(purpose).append("\n").append(of));
}

}  // namespace

domain::OrganizationId derive_organization(
    const Service& service, std::string_view idempotency_key
) {
    const auto bits = derive(service, "organization id", idempotency_key);
    domain::OrganizationId id;
    std::copy_n(bits.begin(), id.bytes.size(), id.bytes.begin());
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x80);  // RFC 9562, 5.8
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
    return id;
}

std::string derive_secret(
    const Service& service, domain::OrganizationId organization, domain::TokenId token
) {
    const auto bits =
        derive(service, "token secret", organization.to_string() + "\n" + token.to_string());
    return ledger::to_hex(bits).substr(0, kSecretDigits);
}

}  // namespace consularia::api
