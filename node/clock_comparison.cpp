#include "node/clock_comparison.hpp"

#include "projections/projector.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <spdlog/spdlog.h>

namespace consularia::node {

namespace {

constexpr std::int64_t kNewsworthyAheadS = 24 * 3600;
constexpr std::int64_t kNewsworthyBehindS = 60;

}  // namespace

void compare_clock(
    const projections::Reader& reader, ledger::Partition partitions, const ledger::Clock& clock
) {
    std::optional<domain::Timestamp> newest;
    for (ledger::Partition partition = 0; partition < partitions; ++partition) {
        newest = std::max(newest, projections::read_newest(reader, partition));
    }
    if (!newest) return;
    const auto now = clock.now();
    const auto ahead_s = (now.micros - newest->micros) / domain::kMicrosPerSecond;
    if (ahead_s <= kNewsworthyAheadS && ahead_s >= -kNewsworthyBehindS) return;
    spdlog::warn(
        "the wall clock says {}; the newest record of the ledger is from {}: {} s {}",
        domain::format(now),
        domain::format(*newest),
        std::abs(ahead_s),
        ahead_s > 0 ? "before" : "after that"
    );
}

}  // namespace consularia::node
