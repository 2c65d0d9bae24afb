#pragma once
// What a start says of its clock.

#include "ledger/log/clock.hpp"
#include "ledger/record/acceptance.hpp"
#include "projections/read_store.hpp"

namespace consularia::node {

/// Appointments end by the clock, so whoever starts with a wrong one should have been told: a line
/// of log when it is more than a day ahead of the newest record, or a minute behind.
void compare_clock(
    const projections::Reader& reader, ledger::Partition partitions, const ledger::Clock& clock
);

}  // namespace consularia::node
