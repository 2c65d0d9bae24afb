#pragma once
// Reads the topic: tails that follow one partition each, over shared consumers.

#include "infra/kafka/options.hpp"
#include "ledger/log/ledger.hpp"
#include "ledger/record/hash.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace consularia::infra::kafka {

class Consumer;
struct TailParts;

/// Thread-safe. A tail may outlive it.
class Tails {
  public:
    /// The topic's partitions share options.prefetch_bytes.
    Tails(const Options& options, ledger::Partition partitions);
    ~Tails();

    /// See Ledger::tail; `ready` may be empty. It is called from a thread of its own, may read the
    /// tail but not destroy it, and is not called again once the tail is destroyed.
    ///
    /// An unreachable broker is no error: next() is empty until it is back. A position that the log
    /// does not have, a gap, or a damaged record is an error: the tail then throws permanently. It
    /// also throws when the topic has been replaced: the record just before `from`, or the last
    /// record returned before a doubt or an interruption (Client::interruptions), no longer has the
    /// same bytes. Such a partition is refused permanently.
    [[nodiscard]] std::unique_ptr<ledger::Tail> open(
        ledger::Partition partition, ledger::Position from, std::function<void()> ready
    );

    /// The last record that an earlier process read of the partition. The partition is in doubt
    /// until a tail that begins after it has found the record again.
    void recall(ledger::Partition partition, ledger::Position position, const ledger::Hash& hash);

    /// The topic may have been replaced: the tails must compare the last record that they read.
    void doubt(ledger::Partition partition);

    /// Whether the partition's tail still has to compare, or a tail has found that the topic was
    /// replaced.
    [[nodiscard]] bool in_doubt(ledger::Partition partition) const;

    /// Why the topic counts as replaced; empty if nothing indicates that for the partition.
    [[nodiscard]] std::string condemned(ledger::Partition partition) const;

    /// Bytes of records that were fetched and not handed out yet.
    [[nodiscard]] std::size_t prefetched() const;

  private:
    /// A consumer that does not read this partition yet.
    [[nodiscard]] std::shared_ptr<Consumer> claim(ledger::Partition partition);
    void add_consumer();

    const Options options_;
    const ledger::Partition partitions_;
    const std::unique_ptr<const TailParts> parts_;
    std::mutex mutex_;  ///< Guards the list.
    std::vector<std::shared_ptr<Consumer>> consumers_;
};

}  // namespace consularia::infra::kafka
