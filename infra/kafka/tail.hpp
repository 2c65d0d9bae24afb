#pragma once
// Reading the topic: tails that follow one partition each, over consumers that they share.

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

    /// As Ledger::tail says; `ready` may be empty. It is called from a thread of its own, may read
    /// the tail but not destroy it, and is not called again once the tail is destroyed.
    ///
    /// A broker that cannot be reached is no error: next() is empty until it is back. But a
    /// position that the log does not have, a gap, and a record that is damaged are: that tail then
    /// throws for good. So is a log that is not the one in which the tail before this one, if it
    /// ended where this one begins, read its last record, or in which this one read before a doubt
    /// or an interruption (Client::interruptions): such a partition is refused for good.
    [[nodiscard]] std::unique_ptr<ledger::Tail> open(
        ledger::Partition partition, ledger::Position from, std::function<void()> ready
    );

    /// What was read of the partition in an earlier life. It is in doubt until a tail that begins
    /// behind it has found it again.
    void recall(ledger::Partition partition, ledger::Position position, const ledger::Hash& hash);

    /// The topic may be another one by now: the tails are to compare what they read last.
    void doubt(ledger::Partition partition);

    /// Whether the partition's tail still has to do so, or one has found that it is another topic.
    [[nodiscard]] bool in_doubt(ledger::Partition partition) const;

    /// Why it is another one; empty if that is not known of the partition.
    [[nodiscard]] std::string condemned(ledger::Partition partition) const;

    /// Bytes of records that were fetched and not handed out yet.
    [[nodiscard]] std::size_t prefetched() const;

  private:
    /// One that does not read this partition yet.
    [[nodiscard]] std::shared_ptr<Consumer> claim(ledger::Partition partition);
    void add_consumer();

    const Options options_;
    const ledger::Partition partitions_;
    const std::unique_ptr<const TailParts> parts_;
    std::mutex mutex_;  ///< Guards the list.
    std::vector<std::shared_ptr<Consumer>> consumers_;
};

}  // namespace consularia::infra::kafka
