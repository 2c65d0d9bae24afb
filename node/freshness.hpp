#pragma once
// How old this node's applied data is: when it was last known to be the newest.

#include "ledger/log/clock.hpp"
#include "ledger/log/ledger.hpp"

#include <deque>
#include <mutex>
#include <optional>
#include <vector>

namespace consularia::node {

/// Thread-safe.
class Freshness {
  public:
    explicit Freshness(ledger::Partition partitions) : partitions_(partitions) {}

    /// The answer to a question asked at this moment: the partition ends there.
    void heard(ledger::Partition partition, ledger::Position end, ledger::Clock::Steady asked_at);

    /// The latest moment at which the data applied up to this position was the newest. Empty if it
    /// never was.
    [[nodiscard]] std::optional<ledger::Clock::Steady> as_of(
        ledger::Partition partition, ledger::Position applied
    );

  private:
    struct End {
        ledger::Position end = 0;
        ledger::Clock::Steady asked_at{};
    };

    struct One {
        std::deque<End> ahead;  ///< Ends that are not known to be applied yet, oldest first.
        std::optional<ledger::Clock::Steady> as_of;
    };

    std::mutex mutex_;  ///< Guards what follows.
    std::vector<One> partitions_;
};

}  // namespace consularia::node
