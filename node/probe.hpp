#pragma once
// Asks the log for its end from time to time, to learn whether brokers answer and how far behind
// this node is.

#include "base/periodic.hpp"
#include "ledger/commands/worker.hpp"
#include "ledger/log/ends.hpp"
#include "ledger/log/health.hpp"
#include "ledger/log/ledger.hpp"
#include "node/freshness.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace consularia::node {

/// The last reported end of a partition.
struct KnownEnd {
    ledger::Position end = 0;
    ledger::Clock::Steady at{};
};

/// Thread-safe. Has a thread only if the log is shared; otherwise a node cannot be behind. Reports
/// for each partition whether its end is known and applied, and for the node whether any end is
/// reported at all.
class Probe {
  public:
    /// `workers` are by partition. All outlive this.
    Probe(
        ledger::Ledger& ledger,
        std::vector<ledger::PartitionWorker*> workers,
        const ledger::Clock& clock,
        ledger::Health& health
    );

    /// As last reported, by partition.
    [[nodiscard]] std::vector<KnownEnd> ends() const;

    /// The partition's worker has caught up with an end that was requested after this moment.
    void caught_up(ledger::Partition partition, ledger::Clock::Steady asked_at) {
        freshness_.heard(partition, workers_.at(partition)->applied(), asked_at);
    }

    /// When the applied data of the partition was last known to be the newest; empty if never.
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
    ledger::Ends questions_;  ///< Used by the thread only.
    const std::vector<ledger::PartitionWorker*> workers_;
    const ledger::Clock& clock_;
    ledger::Health& health_;
    Freshness freshness_;

    mutable std::mutex mutex_;  ///< Guards the ends.
    std::vector<KnownEnd> ends_;
    std::optional<Periodic> thread_;
};

}  // namespace consularia::node
