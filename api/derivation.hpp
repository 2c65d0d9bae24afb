#pragma once
// What a repeated request of the admin must find or show again, although it is stored nowhere: it
// is derived from the request key (docs/decisions/0026).

#include "api/service.hpp"
#include "domain/ids.hpp"

#include <string>
#include <string_view>

namespace consularia::api {

/// The organization that the admin's Idempotency-Key creates: a UUID of version 8.
[[nodiscard]] domain::OrganizationId derive_organization(
    const Service& service, std::string_view idempotency_key
);

/// The random part of a token's secret, 192 bits.
[[nodiscard]] std::string derive_secret(
    const Service& service, domain::OrganizationId organization, domain::TokenId token
);

}  // namespace consularia::api
