#pragma once
// The limits of a node.

#include "ledger/commands/worker.hpp"
#include "reactions/deadline_worker.hpp"

#include <chrono>
#include <cstdint>
#include <functional>

namespace consularia::node {

/// For a read store that is built beside the one that serves.
struct RebuildLimits {
    /// How long a start builds before the other one serves.
    std::chrono::milliseconds before_serving{1000};
    /// The bytes of records that are applied to it while the other one serves.
    std::uint64_t bytes_per_s = 8 << 20;
    std::chrono::milliseconds look_every{1000};  ///< How often a request for it is looked for.
};

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
