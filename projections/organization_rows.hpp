#pragma once
// The rows of an organization and of its tokens.

#include "ledger/record/record.hpp"
#include "projections/read_store.hpp"

#include <tl/expected.hpp>

namespace consularia::projections {

/// The state after the fact. Changes nothing if the transition is impossible. All partitions share
/// the list of all organizations: a creation must be applied exclusively, up to its commit.
[[nodiscard]] tl::expected<domain::Organization, domain::ImpossibleTransition>
apply_to_organization(
    WriteSet& writes, const ledger::Record& record, const ledger::OrganizationRecordEvent& fact
);

}  // namespace consularia::projections
