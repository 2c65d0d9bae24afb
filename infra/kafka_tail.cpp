#include "infra/kafka_tail.hpp"

#include "domain/check.hpp"
#include "ledger/storage_error.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
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
constexpr std::size_t kMessagesAtOnce = 128;

KafkaSettings consumer_settings() {
    return {
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

/// Calls `ready` outside of librdkafka, whose own callbacks must not call it back.
class KafkaTails::Notifier {
  public:
    struct Bell {
        std::mutex mutex;  ///< Guards `ready`, and is held while it runs.
        std::function<void()> ready;
        bool rung = false;  ///< Guarded by the notifier's mutex.
    };

    Notifier() : thread_([this] { run(); }) {}

    ~Notifier() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        changed_.notify_one();
        thread_.join();
    }

    void ring(const std::shared_ptr<Bell>& bell) {
        {
            const std::lock_guard lock(mutex_);
            if (std::exchange(bell->rung, true)) return;
            rung_.push_back(bell);
        }
        changed_.notify_one();
    }

  private:
    void run() {
        std::unique_lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [this] { return stopping_ || !rung_.empty(); });
            if (stopping_) return;
            const auto bell = std::move(rung_.front());
            rung_.pop_front();
            bell->rung = false;
            lock.unlock();
            {
                const std::lock_guard bell_lock(bell->mutex);
                if (bell->ready) bell->ready();
            }
            lock.lock();
        }
    }

    std::mutex mutex_;  ///< Guards what follows.
    std::condition_variable changed_;
    std::deque<std::shared_ptr<Bell>> rung_;
    bool stopping_ = false;
    std::thread thread_;
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
        std::shared_ptr<Notifier> notifier,
        Partition partition,
        Position from,
        std::function<void()> ready
    )
        : consumer_(std::move(consumer)),
          notifier_(std::move(notifier)),
          partition_(partition),
          next_(from),
          queue_(rd_kafka_queue_new(consumer_->client.get())) {
        bell_->ready = std::move(ready);
        rd_kafka_queue_cb_event_enable(queue_.get(), on_event, this);
        const int failed = rd_kafka_consume_start_queue(
            consumer_->client.topic(),
            kafka_partition(),
            static_cast<std::int64_t>(from),
            queue_.get()
        );
        if (failed != 0) failure_ = fail(words_of(rd_kafka_last_error()));
    }

    PartitionTail(const PartitionTail&) = delete;
    PartitionTail& operator=(const PartitionTail&) = delete;

    ~PartitionTail() override {
        (void)rd_kafka_consume_stop(consumer_->client.topic(), kafka_partition());
        rd_kafka_queue_cb_event_enable(queue_.get(), nullptr, nullptr);
        queue_.reset();
        {
            const std::lock_guard lock(bell_->mutex);
            bell_->ready = nullptr;
        }
        consumer_->release(partition_);
    }

    std::vector<LogEntry> next(std::size_t limit) override {
        std::vector<LogEntry> entries;
        std::size_t bytes = 0;
        // Until there is nothing left: only then is the next arrival announced.
        while (failure_.empty() && entries.size() < limit && bytes < kBytesAtOnce) {
            std::array<rd_kafka_message_t*, kMessagesAtOnce> messages{};
            const auto count = rd_kafka_consume_batch_queue(
                queue_.get(), 0, messages.data(), std::min(limit - entries.size(), messages.size())
            );
            if (count < 0) failure_ = fail(words_of(rd_kafka_last_error()));
            if (count <= 0) break;
            for (ssize_t i = 0; i < count; ++i) {
                const KafkaMessage message(messages[static_cast<std::size_t>(i)]);
                if (!failure_.empty()) continue;
                bytes += message->len;
                take(*message, entries);
            }
        }
        if (entries.empty() && !failure_.empty()) throw StorageError(failure_);
        return entries;
    }

  private:
    static void on_event(rd_kafka_t* /*client*/, void* self) {
        const auto* tail = static_cast<PartitionTail*>(self);
        tail->notifier_->ring(tail->bell_);
    }

    [[nodiscard]] std::int32_t kafka_partition() const {
        return static_cast<std::int32_t>(partition_);
    }

    void take(const rd_kafka_message_t& message, std::vector<LogEntry>& entries) {
        const auto offset = static_cast<Position>(message.offset);
        switch (message.err) {
            case RD_KAFKA_RESP_ERR_NO_ERROR:
                if (offset != next_) break;
                entries.push_back({next_++, {}});
                // A null value is one without bytes: it is void, but it has its place.
                if (message.payload != nullptr) {
                    entries.back().value.assign(
                        static_cast<const char*>(message.payload), message.len
                    );
                }
                return;
            case RD_KAFKA_RESP_ERR__PARTITION_EOF:
                if (offset <= next_) return;
                break;
            case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
                failure_ = fail(
                    "the log has no such position: it ends before it, or begins after it (was the "
                    "topic recreated, or was an unclean leader elected?)"
                );
                return;
            default:
                if (!is_transient(message.err)) failure_ = fail(error_of(message));
                return;
        }
        failure_ = fail(
            "the log has a gap, its next record is at position " + std::to_string(offset) +
            " (was the topic compacted, or written to in a transaction?)"
        );
    }

    static std::string error_of(const rd_kafka_message_t& message) {
        const char* details = rd_kafka_message_errstr(&message);
        return words_of(message.err) +
               (details != nullptr ? std::string(" (") + details + ")" : "");
    }

    [[nodiscard]] std::string fail(const std::string& why) const {
        return "the topic " + consumer_->client.topic_name() + " cannot be read in partition " +
               std::to_string(partition_) + " at position " + std::to_string(next_) + ": " + why;
    }

    const std::shared_ptr<Consumer> consumer_;
    const std::shared_ptr<Notifier> notifier_;
    const std::shared_ptr<Notifier::Bell> bell_ = std::make_shared<Notifier::Bell>();
    const Partition partition_;
    Position next_;
    std::string failure_;  ///< Why nothing can be read any more; empty while all is well.
    KafkaQueue queue_;
};

KafkaTails::KafkaTails(const KafkaLedgerOptions& options)
    : options_(options), notifier_(std::make_shared<Notifier>()) {
    consumers_.push_back(std::make_shared<Consumer>(options));
}

KafkaTails::~KafkaTails() = default;

std::unique_ptr<ledger::Tail> KafkaTails::open(
    Partition partition, Position from, std::function<void()> ready
) {
    return std::make_unique<PartitionTail>(
        claim(partition), notifier_, partition, from, std::move(ready)
    );
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
