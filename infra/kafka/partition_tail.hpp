#pragma once
// One partition's tail: fetches ahead within the budget of all tails, and never mistakes another
// log for the one that it has read.

#include "infra/kafka/bells.hpp"
#include "infra/kafka/client.hpp"
#include "infra/kafka/prefetch.hpp"
#include "infra/kafka/tail_memory.hpp"
#include "ledger/log/ledger.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace consularia::infra::kafka {

/// A client, and the partitions that it reads for a tail. Thread-safe.
class Consumer {
  public:
    Consumer(const Options& options, const Settings& fetching);

    /// Whether the partition was free: a librdkafka consumer can read each partition only once.
    bool claim(ledger::Partition partition);
    void release(ledger::Partition partition);

    Client client;

  private:
    std::mutex mutex_;  ///< Guards the set.
    std::set<ledger::Partition> claimed_;
};

/// The parts that a ledger's tails share.
struct TailParts {
    std::shared_ptr<Bells> bells;
    std::shared_ptr<TailMemory> memory;
    std::shared_ptr<Prefetch> prefetch;
};

/// Records are taken over from librdkafka as they arrive, on the bells' thread, and counted. Once
/// the budget is used up, the partition is no longer fetched until its records have been handed
/// out.
class PartitionTail final : public ledger::Tail {
  public:
    /// Precondition: the partition has been claimed.
    PartitionTail(
        std::shared_ptr<Consumer> consumer,
        TailParts parts,
        ledger::Partition partition,
        ledger::Position from,
        std::function<void()> ready
    );
    PartitionTail(const PartitionTail&) = delete;
    PartitionTail& operator=(const PartitionTail&) = delete;
    ~PartitionTail() override;

    /// Throws Doubtful if the log does not have the position now.
    [[nodiscard]] std::vector<ledger::LogEntry> next(std::size_t limit) override;

  private:
    static void on_event(rd_kafka_t* client, void* self);

    [[nodiscard]] std::uint64_t interruptions() const;

    [[nodiscard]] std::int32_t number() const { return static_cast<std::int32_t>(partition_); }

    void start();
    void stop();
    void resume();

    void take();
    void take_message(const rd_kafka_message_t& message);
    void take_error(rd_kafka_event_t* event);
    void hold(ledger::LogEntry entry);
    void drop_held();
    [[nodiscard]] std::vector<ledger::LogEntry> hand_out(std::size_t limit);

    void fail_at_gap(ledger::Position position);
    void fail(const std::string& why);

    const std::shared_ptr<Consumer> consumer_;
    const TailParts parts_;
    const ledger::Partition partition_;
    const std::function<void()> ready_;
    const std::shared_ptr<Bell> bell_ = std::make_shared<Bell>();

    std::mutex mutex_;        ///< Guards what follows.
    ledger::Position given_;  ///< The first position that was not handed out.
    ledger::Position next_;   ///< The first position that was not taken from librdkafka.
    std::deque<ledger::LogEntry> held_;
    std::size_t held_bytes_ = 0;
    /// The last next() found nothing: then records are taken even if the budget is used up.
    bool wanted_ = false;
    /// The hash of the record before `next_`, until it has been compared.
    std::optional<ledger::Hash> before_;
    std::optional<ledger::Hash> last_;  ///< The hash of the last record that was handed out.
    std::uint64_t doubts_ = 0;          ///< The doubts that the current comparison settles.
    std::uint64_t interruptions_ = 0;   ///< The interruptions before the last comparison.
    std::string failure_;      ///< Why nothing can be read any more; empty while there is no
                               ///< failure.
    bool everywhere_ = false;  ///< The failure is in the log itself, not in our reading of it.
    bool may_pass_ = false;    ///< The failure may pass once the brokers agree on a leader again.
    Queue queue_;              ///< Null while nothing is fetched.
};

}  // namespace consularia::infra::kafka
