#pragma once
// What an organization remembers of its Idempotency-Keys. Entries die by ledger time: whoever reads
// the same facts forgets the same keys at the same fact.

#include "ledger/record/record.hpp"
#include "projections/head_row.hpp"
#include "projections/read_store.hpp"

#include <cstddef>
#include <cstdint>

namespace consularia::projections {

/// What one fact drops at most, so that none has to pay for a long silence. The others go with the
/// facts that follow; until then they count as little as if they were gone. Belongs to the form of
/// the rows (kSchemaVersion).
inline constexpr std::size_t kForgottenAtOnce = 16;

/// Drops the oldest of the entries that are as old as `ttl_micros` at the record's time, then
/// remembers the record's own key, if it has one. Changes `head.remembered_from`.
void remember(Batch& batch, const ledger::Record& record, std::int64_t ttl_micros, HeadRow& head);

}  // namespace consularia::projections
