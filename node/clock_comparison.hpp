#pragma once
// A start's report on its clock.

#include "ledger/log/clock.hpp"
#include "ledger/record/acceptance.hpp"
#include "projections/read_store.hpp"

namespace consularia::node {

/// Appointments end by the clock, so a start with a wrong clock warns: a log line if it is more
/// than a day ahead of the newest record, or a minute behind.
void compare_clock(
    const projections::Reader& reader, ledger::Partition partitions, const ledger::Clock& clock
);

}  // namespace consularia::node
