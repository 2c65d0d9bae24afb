#include "infra/kafka_tail.hpp"

#include "domain/check.hpp"
#include "infra/kafka_writer.hpp"
#include "ledger/hash.hpp"
#include "ledger/storage_error.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace consularia::infra {
namespace {

using ledger::LogEntry;
using ledger::Partition;
using ledger::Position;
using ledger::StorageError;

/// What a tail is given at once.
constexpr std::size_t kBytesAtOnce = 8 << 20;

const std::string kPerhaps = "was the topic recreated, or was an unclean leader elected?";

KafkaSettings consumer_settings() {
    return {
        {"client.id", "consularia-tail"},
        {"check.crcs", "true"},
        {"auto.offset.reset", "error"},
        {"enable.partition.eof", "true"},
        {"isolation.level", "read_uncommitted"},
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        {"auto.commit.enable", "false"},
        {"fetch.error.backoff.ms", "20"},
        // What a new tail may have to wait for while the others have nothing to read.
        {"fetch.wait.max.ms", "100"},
        {"queued.max.messages.kbytes", "32768"},  // per partition
    };
}

}  // namespace

/// The last record that was read of each partition: a tail is reopened after an error, and the
/// topic may have been recreated meanwhile.
class KafkaTails::Memory {
  public:
    /// Returns the hash.
    ledger::Hash note(Partition partition, const LogEntry& last) {
        const Seen seen{last.position, ledger::sha256(last.value)};
        const std::lock_guard lock(mutex_);
        last_[partition] = seen;
        return seen.hash;
    }

    /// Empty when it is not known.
    std::optional<ledger::Hash> hash_at(Partition partition, Position position) const {
        const std::lock_guard lock(mutex_);
        const auto found = last_.find(partition);
        if (found == last_.end() || found->second.position != position) return std::nullopt;
        return found->second.hash;
    }

    /// This is not the log that was read before. For good: only a new start can tell what it is.
    void condemn(Partition partition, const std::string& why) {
        const std::lock_guard lock(mutex_);
        condemned_[partition] = why;
    }

    /// Why; empty while nothing is wrong.
    std::string condemned(Partition partition) const {
        const std::lock_guard lock(mutex_);
        const auto found = condemned_.find(partition);
        return found == condemned_.end() ? std::string() : found->second;
    }

    /// What is rung at a doubt: the bell of the partition's latest tail.
    void set_bell(Partition partition, const std::shared_ptr<KafkaBell>& bell) {
        const std::lock_guard lock(mutex_);
        doubts_[partition].bell = bell;
    }

    /// Returns the bell to ring; null if there is no tail.
    std::shared_ptr<KafkaBell> doubt(Partition partition) {
        const std::lock_guard lock(mutex_);
        Doubts& doubts = doubts_[partition];
        ++doubts.raised;
        return doubts.bell.lock();
    }

    std::uint64_t doubts(Partition partition) const {
        const std::lock_guard lock(mutex_);
        const auto found = doubts_.find(partition);
        return found == doubts_.end() ? 0 : found->second.raised;
    }

    /// The first `doubts` of them were groundless.
    void settle(Partition partition, std::uint64_t doubts) {
        const std::lock_guard lock(mutex_);
        doubts_[partition].settled = doubts;
    }

    bool in_doubt() const {
        const std::lock_guard lock(mutex_);
        return std::ranges::any_of(doubts_, [](const auto& entry) {
            return entry.second.settled < entry.second.raised;
        });
    }

  private:
    struct Seen {
        Position position = 0;
        ledger::Hash hash{};
    };

    struct Doubts {
        std::uint64_t raised = 0;
        std::uint64_t settled = 0;
        std::weak_ptr<KafkaBell> bell;
    };

    mutable std::mutex mutex_;  ///< Guards the maps.
    std::map<Partition, Seen> last_;
    std::map<Partition, std::string> condemned_;
    std::map<Partition, Doubts> doubts_;
};

/// A client, and the partitions that it reads for a tail.
class KafkaTails::Consumer {
  public:
    explicit Consumer(const KafkaLedgerOptions& options)
        : client(options, RD_KAFKA_CONSUMER, consumer_settings()) {}

    bool claim(Partition partition) {
        const std::lock_guard lock(mutex_);
        return claimed_.insert(partition).second;
    }

    void release(Partition partition) {
        const std::lock_guard lock(mutex_);
        claimed_.erase(partition);
    }

    KafkaClient client;

  private:
    std::mutex mutex_;  ///< Guards the set.
    std::set<Partition> claimed_;
};

class KafkaTails::PartitionTail final : public ledger::Tail {
  public:
    /// The partition has been claimed.
    PartitionTail(
        std::shared_ptr<Consumer> consumer,
        std::shared_ptr<KafkaBells> bells,
        std::shared_ptr<Memory> memory,
        Partition partition,
        Position from,
        std::function<void()> ready
    )
        : consumer_(std::move(consumer)),
          bells_(std::move(bells)),
          memory_(std::move(memory)),
          partition_(partition),
          next_(from) {
        bell_->ready = std::move(ready);
        memory_->set_bell(partition_, bell_);
        if (from > 0) last_ = memory_->hash_at(partition, from - 1);
        start();
    }

    PartitionTail(const PartitionTail&) = delete;
    PartitionTail& operator=(const PartitionTail&) = delete;

    ~PartitionTail() override {
        stop();
        {
            const std::lock_guard lock(bell_->mutex);
            bell_->ready = nullptr;
        }
        consumer_->release(partition_);
    }

    std::vector<LogEntry> next(std::size_t limit) override {
        if (interruptions() != interruptions_) resume();
        const Position next_before = next_;
        const auto expected_before = before_;
        std::vector<LogEntry> entries = read(limit);
        if (interruptions() != interruptions_) {
            // Who knows of which log these are.
            next_ = next_before;
            before_ = expected_before;
            resume();
            return {};
        }
        if (!entries.empty()) last_ = memory_->note(partition_, entries.back());
        if (entries.empty() && !failure_.empty()) throw StorageError(failure_);
        return entries;
    }

  private:
    static void on_event(rd_kafka_t* /*client*/, void* self) {
        const auto* tail = static_cast<PartitionTail*>(self);
        tail->bells_->ring(tail->bell_);
    }

    /// Doubts included.
    [[nodiscard]] std::uint64_t interruptions() const {
        return consumer_->client.interruptions() + memory_->doubts(partition_);
    }

    /// Begins with the record before those that are asked for, if it is known, to compare it.
    void start() {
        doubts_ = memory_->doubts(partition_);
        interruptions_ = consumer_->client.interruptions() + doubts_;
        if (failure_.empty()) failure_ = memory_->condemned(partition_);
        if (!failure_.empty()) return;
        if (!before_ && last_) {
            before_ = last_;
            --next_;
        }
        if (!before_) memory_->settle(partition_, doubts_);  // nothing was read that could differ
        queue_.reset(rd_kafka_queue_new(consumer_->client.get()));
        rd_kafka_queue_cb_event_enable(queue_.get(), on_event, this);
        const int failed = rd_kafka_consume_start_queue(
            consumer_->client.topic(), number(), static_cast<std::int64_t>(next_), queue_.get()
        );
        if (failed != 0) fail(words_of(rd_kafka_last_error()));
    }

    void stop() {
        if (!queue_) return;
        (void)rd_kafka_consume_stop(consumer_->client.topic(), number());
        rd_kafka_queue_cb_event_enable(queue_.get(), nullptr, nullptr);
        queue_.reset();
    }

    void resume() {
        stop();
        start();
    }

    std::vector<LogEntry> read(std::size_t limit) {
        std::vector<LogEntry> entries;
        std::size_t bytes = 0;
        // Until there is nothing left: only then is the next arrival announced.
        while (queue_ && failure_.empty() && entries.size() < limit && bytes < kBytesAtOnce) {
            const KafkaEvent event(rd_kafka_queue_poll(queue_.get(), 0));
            if (!event) break;
            if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_ERROR) take_error(event.get());
            while (const auto* message = rd_kafka_event_message_next(event.get())) {
                bytes += message->len;
                take_message(*message, entries);
            }
        }
        return entries;
    }

    [[nodiscard]] std::int32_t number() const { return static_cast<std::int32_t>(partition_); }

    void take_message(const rd_kafka_message_t& message, std::vector<LogEntry>& entries) {
        if (!failure_.empty()) return;
        const auto position = static_cast<Position>(message.offset);
        if (position != next_) return fail_at_gap(position);
        // A null value is one without bytes: it is void, but it has its place.
        std::string value;
        if (message.payload != nullptr) {
            value.assign(static_cast<const char*>(message.payload), message.len);
        }
        if (const auto expected = std::exchange(before_, std::nullopt)) {
            if (ledger::sha256(value) != *expected) {
                fail("it is not the record that was read there before, " + kPerhaps);
                return memory_->condemn(partition_, failure_);
            }
            memory_->settle(partition_, doubts_);
        } else {
            entries.push_back({position, std::move(value), writer_of(message)});
        }
        ++next_;
    }

    void take_error(rd_kafka_event_t* event) {
        switch (const auto error = rd_kafka_event_error(event)) {
            case RD_KAFKA_RESP_ERR__PARTITION_EOF: {
                const KafkaPartition end(rd_kafka_event_topic_partition(event));
                if (end && static_cast<Position>(end->offset) > next_) {
                    fail_at_gap(static_cast<Position>(end->offset));
                }
                return;
            }
            case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
                return fail("the log begins after it or ends before it, " + kPerhaps);
            case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
            case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
            case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
                return fail("the brokers do not know the topic any more, was it deleted?");
            default:
                if (!is_transient(error)) fail(rd_kafka_event_error_string(event));
        }
    }

    void fail_at_gap(Position position) {
        fail(
            "the log has a gap and goes on at position " + std::to_string(position) +
            ", was the topic compacted, or written to in a transaction?"
        );
    }

    /// The first failure counts, and ends the tail.
    void fail(const std::string& why) {
        if (!failure_.empty()) return;
        failure_ = "the topic " + consumer_->client.topic_name() + " cannot be read in partition " +
                   std::to_string(partition_) + " at position " + std::to_string(next_) + ": " +
                   why;
    }

    const std::shared_ptr<Consumer> consumer_;
    const std::shared_ptr<KafkaBells> bells_;
    const std::shared_ptr<Memory> memory_;
    const std::shared_ptr<KafkaBell> bell_ = std::make_shared<KafkaBell>();
    const Partition partition_;
    Position next_;
    /// Of the record before those that are asked for, until it has been compared.
    std::optional<ledger::Hash> before_;
    std::optional<ledger::Hash> last_;  ///< Of the last record that was handed out.
    std::uint64_t doubts_ = 0;          ///< Those with which it is compared now.
    std::uint64_t interruptions_ = 0;   ///< Those after which it was compared.
    std::string failure_;  ///< Why nothing can be read any more; empty while all is well.
    KafkaQueue queue_;
};

KafkaTails::KafkaTails(const KafkaLedgerOptions& options)
    : options_(options),
      bells_(std::make_shared<KafkaBells>()),
      memory_(std::make_shared<Memory>()) {
    consumers_.push_back(std::make_shared<Consumer>(options));
}

KafkaTails::~KafkaTails() = default;

std::unique_ptr<ledger::Tail> KafkaTails::open(
    Partition partition, Position from, std::function<void()> ready
) {
    return std::make_unique<PartitionTail>(
        claim(partition), bells_, memory_, partition, from, std::move(ready)
    );
}

void KafkaTails::doubt(Partition partition) {
    if (const auto bell = memory_->doubt(partition)) bells_->ring(bell);
}

bool KafkaTails::in_doubt() const {
    return memory_->in_doubt();
}

std::shared_ptr<KafkaTails::Consumer> KafkaTails::claim(Partition partition) {
    const std::lock_guard lock(mutex_);
    for (const auto& consumer : consumers_) {
        if (consumer->claim(partition)) return consumer;
    }
    auto another = std::make_shared<Consumer>(options_);
    CHECK(another->claim(partition));
    consumers_.push_back(another);
    return another;
}

}  // namespace consularia::infra
