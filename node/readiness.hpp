#pragma once
// Turns failures into the answer of /readyz: whether a node wants requests.

#include "ledger/log/clock.hpp"
#include "ledger/log/health.hpp"

#include <set>
#include <string>
#include <vector>

namespace consularia::node {

struct Readiness {
    std::vector<std::string> faults;  ///< Why it wants no requests; empty if it does.
    /// What fails here and would fail on any other node, or is not needed to answer requests.
    std::vector<std::string> degraded;
};

struct PartitionState {
    bool serves = false;  ///< Whether it has caught up with its log once.
    /// When its end was last known: after that moment, a working append was possible.
    ledger::Clock::Steady end_known_at = ledger::Clock::Steady::max();
};

/// The partitions that no node could serve.
[[nodiscard]] std::set<ledger::Partition> find_sick(const std::vector<ledger::Trouble>& troubles);

/// A partition that fails everywhere makes no node unready: no other node could serve it. It covers
/// everything that fails in that partition. But if all partitions fail, this node is the likelier
/// cause. A failing append counts once the partition's end has been reported since: until then the
/// whole partition may be silent. What is not needed to serve makes no node unready.
[[nodiscard]] Readiness judge(
    const std::vector<ledger::Trouble>& troubles,
    const std::vector<PartitionState>& partitions,
    ledger::Clock::Steady now
);

/// One sentence with the first few; empty if there are none.
[[nodiscard]] std::string join(const std::vector<std::string>& reasons);

}  // namespace consularia::node
