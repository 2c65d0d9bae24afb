#pragma once
// From what fails to what /readyz says: whether a node wants requests.

#include "ledger/log/clock.hpp"
#include "ledger/log/health.hpp"

#include <set>
#include <string>
#include <vector>

namespace consularia::node {

struct Readiness {
    std::vector<std::string> faults;    ///< Why it wants no requests; empty when it does.
    std::vector<std::string> degraded;  ///< What fails, but would on any other node.
};

struct PartitionState {
    bool serves = false;  ///< It has caught up with its log once.
    /// When its end was last known: after that somebody who could append could have.
    ledger::Clock::Steady end_known_at = ledger::Clock::Steady::max();
};

/// The partitions in which no node could do better.
[[nodiscard]] std::set<ledger::Partition> find_sick(const std::vector<ledger::Trouble>& troubles);

/// A partition that fails everywhere makes no node unready: no other one would do better. It speaks
/// for all that fails in that partition. But when all partitions do, this node is the likelier
/// cause. An append that fails counts once the partition has told its end since: until then it may
/// be the whole partition that does not answer.
[[nodiscard]] Readiness judge(
    const std::vector<ledger::Trouble>& troubles,
    const std::vector<PartitionState>& partitions,
    ledger::Clock::Steady now
);

/// One sentence of the first few; empty when there are none.
[[nodiscard]] std::string join(const std::vector<std::string>& reasons);

}  // namespace consularia::node
