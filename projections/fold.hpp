#pragma once
// Folds an organization's facts, up to a past one, into a store of its own: the rows of the read
// models as they were then.

#include "journal/journal.hpp"
#include "projections/projector_options.hpp"
#include "projections/queries.hpp"
#include "projections/read_store.hpp"

#include <cstddef>
#include <functional>

namespace consularia::projections {

enum class Folded { done, too_large, stopped };

/// The store, which is empty before, gets the rows of the organization and its appointments, but
/// neither heads nor remembered keys. Gives up once more than `max_bytes` of records were read, or
/// when `stopping` says so. Throws StorageError.
[[nodiscard]] Folded fold_organization(
    ReadStore& store,
    const Past& past,
    const RowInputs& inputs,
    domain::OrganizationId organization,
    ledger::Sequence through,
    std::size_t max_bytes,
    const std::function<bool()>& stopping
);

}  // namespace consularia::projections
