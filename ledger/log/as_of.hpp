#pragma once
// A ledger as it was at a moment: of every organization the facts up to then.

#include "domain/time.hpp"
#include "ledger/log/copier.hpp"
#include "ledger/record/record_codec.hpp"

#include <memory>

namespace consularia::ledger {

/// Calls back only for the facts whose time, the one that counts (docs/events.md), is not later
/// than the moment. Each call of the result reads the source from its beginning.
[[nodiscard]] ForEachRecord facts_until(
    ForEachRecord source, Partition partitions, domain::Timestamp moment
);

}  // namespace consularia::ledger
