#pragma once
// The rows of an organization and of its tokens.

#include "domain/organization/organization.hpp"
#include "ledger/record/record.hpp"
#include "projections/read_store.hpp"

#include <tl/expected.hpp>

namespace consularia::projections {

/// Changes nothing if the transition is impossible. All partitions share the list of all
/// organizations: a creation must be applied exclusively, up to its commit.
[[nodiscard]] tl::expected<void, domain::ImpossibleTransition> apply_to_organization(
    WriteSet& writes, const ledger::Record& record, const domain::OrganizationEvent& event
);

}  // namespace consularia::projections
