#pragma once
// Asks the log for its end from time to time: whether brokers answer, and how far behind we are.

#include "ledger/commands/worker.hpp"
#include "ledger/log/ends.hpp"
#include "ledger/log/health.hpp"
#include "ledger/log/ledger.hpp"
#include "node/freshness.hpp"
#include "node/periodic.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace consularia::node {

/// What was last heard of a partition's end.
struct KnownEnd {
    ledger::Position end = 0;
    ledger::Clock::Steady at{};
};

/// Thread-safe. Has a thread only where the log is shared; else there is nothing to be behind of.
/// Reports of each partition whether its end is known and applied, and of the node whether it hears
/// of any end at all.
class Probe {
  public:
    /// `workers` are by partition. All outlive this.
    Probe(
        ledger::Ledger& ledger,
        std::vector<ledger::PartitionWorker*> workers,
        const ledger::Clock& clock,
        ledger::Health& health
    );

    /// As last heard, by partition.
    [[nodiscard]] std::vector<KnownEnd> ends() const;

    /// The partition's worker has caught up with an end that was asked for after this moment.
    void caught_up(ledger::Partition partition, ledger::Clock::Steady asked_at) {
        freshness_.heard(partition, workers_.at(partition)->applied(), asked_at);
    }

    /// When what is applied of the partition was last known to be the newest; empty if never.
    [[nodiscard]] std::optional<ledger::Clock::Steady> as_of(ledger::Partition partition) {
        return freshness_.as_of(partition, workers_.at(partition)->applied());
    }

    void stop();

  private:
    void ask();
    [[nodiscard]] std::map<ledger::Partition, ledger::Position> find_ends();
    void report_unknown(ledger::Partition partition, const KnownEnd& known);
    void report_known(ledger::Partition partition, const KnownEnd& known);

    ledger::Ledger& ledger_;
    ledger::Ends questions_;  ///< Of the thread.
    const std::vector<ledger::PartitionWorker*> workers_;
    const ledger::Clock& clock_;
    ledger::Health& health_;
    Freshness freshness_;

    mutable std::mutex mutex_;  ///< Guards the ends.
    std::vector<KnownEnd> ends_;
    std::optional<Periodic> thread_;
};

}  // namespace consularia::node
