#include "node/freshness.hpp"

#include <algorithm>
#include <cstddef>

namespace consularia::node {

using ledger::Clock;
using ledger::Partition;
using ledger::Position;

namespace {

/// A node that is further behind than this many answers learns of the next ones when these are
/// applied.
constexpr std::size_t kMostAhead = 64;

}  // namespace

void Freshness::heard(Partition partition, Position end, Clock::Steady asked_at) {
    const std::lock_guard lock(mutex_);
    auto& ahead = partitions_.at(partition).ahead;
    if (!ahead.empty() && ahead.back().end == end) {
        ahead.back().asked_at = std::max(ahead.back().asked_at, asked_at);
    } else if (ahead.size() < kMostAhead) {
        ahead.push_back({end, asked_at});
    }
}

std::optional<Clock::Steady> Freshness::as_of(Partition partition, Position applied) {
    const std::lock_guard lock(mutex_);
    One& one = partitions_.at(partition);
    while (!one.ahead.empty() && one.ahead.front().end <= applied) {
        one.as_of = std::max(one.as_of, std::optional(one.ahead.front().asked_at));
        one.ahead.pop_front();
    }
    return one.as_of;
}

}  // namespace consularia::node
