#pragma once
// The rows of an organization itself and of its tokens.

#include "domain/organization/organization.hpp"
#include "ledger/record/record.hpp"
#include "projections/read_store.hpp"

#include <tl/expected.hpp>

namespace consularia::projections {

/// Changes nothing when the transition is impossible. The list of all organizations is one for all
/// partitions: whoever applies a creation does so, up to its commit, alone.
[[nodiscard]] tl::expected<void, domain::ImpossibleTransition> apply_to_organization(
    Batch& batch, const ledger::Record& record, const domain::OrganizationEvent& event
);

}  // namespace consularia::projections
