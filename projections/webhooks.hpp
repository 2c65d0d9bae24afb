#pragma once
// Queries of webhooks, for the API and for the delivery. Each reads one Reader, so it sees one
// state. Limits bound all of them: an organization has at most limits::kWebhooks.

#include "domain/webhook/webhook.hpp"
#include "ledger/record/acceptance.hpp"
#include "ledger/record/record.hpp"
#include "projections/read_store.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace consularia::projections {

/// In the order of registration.
[[nodiscard]] domain::Webhooks find_webhooks(
    const Reader& reader, domain::OrganizationId organization
);

/// The webhook that this fact of the organization is about, and no other, right after the fact;
/// empty if it is not about one, or deleted it.
[[nodiscard]] std::optional<domain::Webhooks> find_webhook_as_of(
    const Reader& reader, domain::OrganizationId organization, ledger::Sequence sequence
);

/// Organizations that have webhooks, active or not, of all partitions: at most `limit`, in the
/// order of their ids, beginning after this one (empty: with the first).
[[nodiscard]] std::vector<domain::OrganizationId> organizations_with_webhooks(
    const Reader& reader, std::optional<domain::OrganizationId> after, std::size_t limit
);

}  // namespace consularia::projections
