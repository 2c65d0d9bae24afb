#include "node/clock_comparison.hpp"

#include "projections/projector.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <spdlog/spdlog.h>

namespace consularia::node {

namespace {

constexpr std::chrono::hours kNewsworthyAhead{24};
constexpr std::chrono::minutes kNewsworthyBehind{1};

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
    const auto ahead = std::chrono::duration_cast<std::chrono::seconds>(now - *newest);
    if (ahead <= kNewsworthyAhead && ahead >= -kNewsworthyBehind) return;
    spdlog::warn(
        "the wall clock says {}; the newest record of the ledger is from {}: {} s {}",
        domain::format(now),
        domain::format(*newest),
        std::chrono::abs(ahead).count(),
        ahead > ahead.zero() ? "before" : "after that"
    );
}

}  // namespace consularia::node
