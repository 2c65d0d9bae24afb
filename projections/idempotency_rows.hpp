#pragma once
// The Idempotency-Keys that an organization remembers. Entries expire by ledger time: every reader
// of the same facts forgets the same keys at the same fact.

#include "ledger/record/record.hpp"
#include "projections/read_store.hpp"
#include "projections/rows.hpp"

#include <chrono>
#include <cstddef>

namespace consularia::projections {

/// The maximum number of entries that one fact drops, so that none has to pay for a long silence.
/// The others are dropped with later facts; until then they are ignored. Belongs to the form of the
/// rows (kSchemaVersion).
inline constexpr std::size_t kForgottenAtOnce = 16;

/// Drops the oldest of the entries that are `ttl` old or older at the record's time, then
/// remembers the record's own key, if it has one. Changes `head.remembered_from`.
void remember(
    WriteSet& writes, const ledger::Envelope& record, std::chrono::microseconds ttl, HeadRow& head
);

}  // namespace consularia::projections
