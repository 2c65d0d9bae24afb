#pragma once
// The limits of a node.

#include "ledger/commands/worker.hpp"
#include "reactions/deadline_worker.hpp"

#include <chrono>
#include <functional>

namespace consularia::node {

struct NodeLimits {
    ledger::WorkerLimits worker;
    reactions::DeadlineLimits deadlines;
    std::chrono::milliseconds sync_deadline = ledger::kCommandDeadline;
    std::chrono::seconds any_max_age{10};
    /// Whether the disk of the read store is nearly full. A shared ledger would still accept
    /// records, so the node itself refuses to write then.
    std::function<bool()> out_of_storage = [] { return false; };
};

}  // namespace consularia::node
