#pragma once
// Reading the topic: tails that follow one partition each, over consumers that they share.

#include "infra/kafka_bells.hpp"
#include "infra/kafka_client.hpp"
#include "ledger/ledger.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace consularia::infra {

/// Thread-safe. A tail may outlive it.
class KafkaTails {
  public:
    explicit KafkaTails(const KafkaLedgerOptions& options);
    ~KafkaTails();

    /// As Ledger::tail says; `ready` may be empty. It is called from a thread of its own, may read
    /// the tail but not destroy it, and is not called again once the tail is destroyed.
    ///
    /// A broker that cannot be reached is no error: next() is empty until it is back. But a
    /// position that the log does not have, a gap, and a record that is damaged are: that tail then
    /// throws for good. So is a log that is not the one in which the tail before this one, if it
    /// ended where this one begins, read its last record, or in which this one read before a doubt
    /// or an interruption (KafkaClient::interruptions): such a partition is refused for good.
    [[nodiscard]] std::unique_ptr<ledger::Tail> open(
        ledger::Partition partition, ledger::Position from, std::function<void()> ready
    );

    /// The topic may be another one by now: this partition's tail is to compare what it read last.
    void doubt(ledger::Partition partition);

    /// Whether a tail still has to do so, or has found that it is another one.
    [[nodiscard]] bool in_doubt() const;

  private:
    class Consumer;
    class Memory;
    class PartitionTail;

    /// One that does not read this partition yet: librdkafka's read each once.
    [[nodiscard]] std::shared_ptr<Consumer> claim(ledger::Partition partition);

    const KafkaLedgerOptions options_;
    const std::shared_ptr<KafkaBells> bells_;
    const std::shared_ptr<Memory> memory_;
    std::mutex mutex_;  ///< Guards the list.
    std::vector<std::shared_ptr<Consumer>> consumers_;
};

}  // namespace consularia::infra
