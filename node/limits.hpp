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
    bool read_only = false;  ///< Nothing is written: no deadline is met either.
    /// Whether the disk of the read store is nearly full. A shared ledger would still accept
    /// records, so the node itself refuses to write then.
    std::function<bool()> out_of_storage = [] { return false; };
};

/// What lists of the past may cost (docs/api.md, As of).
struct PastLimits {
    std::uint64_t events = 200'000;              ///< That one is folded from,
    std::size_t bytes = std::size_t{256} << 20;  ///< and the bytes of their records.
    std::size_t kept = 3;                        ///< How many stay for the next page.
    std::chrono::seconds kept_for{600};          ///< Without being read.
};

}  // namespace consularia::node
