#pragma once
// What an organization remembers of its Idempotency-Keys. Entries die by ledger time: whoever reads
// the same facts forgets the same keys at the same fact.

#include "ledger/record.hpp"
#include "projections/head_row.hpp"
#include "projections/read_store.hpp"

#include <cstdint>

namespace consularia::projections {

/// Drops the entries that are as old as `ttl_micros` at the record's time, then remembers the
/// record's own key, if it has one. Changes `head.remembered_from`.
void remember(Batch& batch, const ledger::Record& record, std::int64_t ttl_micros, HeadRow& head);

}  // namespace consularia::projections
