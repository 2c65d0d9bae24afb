#pragma once
// Read your writes, and everybody's: waits until the read store has applied all that was in the log
// when it was asked. Free on a ledger that nobody else appends to.

#include "ledger/clock.hpp"
#include "ledger/ledger.hpp"
#include "ledger/partition_worker.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace consularia::ledger {

/// Thread-safe. One end-of-log query is in flight at a time, for the partitions that somebody waits
/// for, shared by all requests that arrived before it was sent. A partition whose end cannot be
/// known keeps only its own requests waiting.
class Sync {
  public:
    /// `workers` are by partition and outlive this.
    Sync(Ledger& ledger, std::vector<PartitionWorker*> workers, const Clock& clock);
    ~Sync();

    /// Whether wait() would only call back at once.
    [[nodiscard]] bool free() const;

    /// Calls `done(true)` when the partition is caught up, `done(false)` when it cannot be known by
    /// the deadline (found out when the query that is in flight then returns). From any thread,
    /// perhaps this one.
    void wait(Partition partition, Clock::Steady deadline, std::function<void(bool)> done);

    /// Ends the query thread; waiting callers get false.
    void stop();

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace consularia::ledger
