#include "infra/kafka_ledger.hpp"

#include "domain/check.hpp"
#include "infra/kafka_ends.hpp"
#include "infra/kafka_producer.hpp"
#include "infra/kafka_tail.hpp"
#include "infra/kafka_topic.hpp"
#include "infra/kafka_writer.hpp"
#include "ledger/hash.hpp"
#include "ledger/wakeup.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace consularia::infra {
namespace {

using ledger::AppendResult;
using ledger::LogEntry;
using ledger::Partition;
using ledger::Position;
using ledger::StorageError;

const std::string kPerhaps = "was it recreated, or was an unclean leader elected?";
constexpr std::size_t kEntriesAtOnce = 1024;
/// How long a record that is in the log may take to come.
constexpr std::chrono::seconds kPatience{30};

/// A tail with the means to wait for its next entries.
class BlockingTail {
  public:
    BlockingTail(KafkaTails& tails, Partition partition, Position from)
        : tail_(tails.open(partition, from, [wakeup = wakeup_] { wakeup->ring(); })) {}

    /// At least one. Throws StorageError, also when none comes.
    std::vector<LogEntry> next(std::size_t limit) {
        const auto deadline = std::chrono::steady_clock::now() + kPatience;
        while (true) {
            auto entries = tail_->next(limit);
            if (!entries.empty()) return entries;
            const auto left = deadline - std::chrono::steady_clock::now();
            if (left <= left.zero()) {
                throw KafkaUnreachable("the Kafka brokers do not hand out the next record");
            }
            wakeup_->wait(std::chrono::ceil<std::chrono::microseconds>(left));
        }
    }

  private:
    const std::shared_ptr<ledger::Wakeup> wakeup_ = std::make_shared<ledger::Wakeup>();
    const std::unique_ptr<ledger::Tail> tail_;
};

std::string place(const std::string& topic, Partition partition) {
    return "partition " + std::to_string(partition) + " of the Kafka topic " + topic;
}

/// Records that are gone cannot be read again to rebuild a read store.
void check_begins(
    const KafkaClient& client, Partition partitions, std::chrono::milliseconds timeout
) {
    const auto begins =
        kafka_edges(client, ledger::all_partitions(partitions), KafkaEdge::begin, timeout);
    for (Partition partition = 0; partition < partitions; ++partition) {
        if (begins[partition] == 0) continue;
        throw LedgerMismatch(
            place(client.topic_name(), partition) + " begins at position " +
            std::to_string(begins[partition]) + ": the records before it were deleted"
        );
    }
}

/// What was found out of the topic before anything else uses it.
struct OpenedTopic {
    Partition partitions = 0;
    std::string identity;
};

OpenedTopic open_topic(const KafkaClient& client, const KafkaLedgerOptions& options) {
    const KafkaDeadline deadline = std::chrono::steady_clock::now() + options.open_timeout;
    OpenedTopic opened;
    opened.partitions = open_kafka_topic(client, options, deadline);
    opened.identity = kafka_identity(client, deadline);
    check_begins(client, opened.partitions, options.open_timeout);
    return opened;
}

class TopicLedger final : public KafkaLedger {
  public:
    explicit TopicLedger(const KafkaLedgerOptions& options)
        : options_(options),
          questions_(options, RD_KAFKA_CONSUMER, kafka_question_settings()),
          opened_(open_topic(questions_, options)),
          writer_(draw_writer()),
          appender_(options, writer_),
          tails_(options),
          furthest_(opened_.partitions) {}

    std::string identity() const override { return opened_.identity; }

    Partition partitions() const override { return opened_.partitions; }

    bool shared() const override { return true; }

    ledger::Writer writer() const override { return writer_; }

    AppendResult append(Partition partition, std::span<const std::string> values) override {
        CHECK(partition < partitions());
        if (values.empty()) return ledger::Appended{end(partition)};
        if (tails_.in_doubt()) {
            return ledger::NotAppended{ledger::NotAppended::Reason::failed, doubt()};
        }
        const Position least = furthest()[partition] + values.size();
        AppendResult result = appender_.append(partition, values);
        if (const auto* appended = std::get_if<ledger::Appended>(&result)) {
            const auto why = note_end(partition, appended->end, least);
            if (!why.empty()) return ledger::FateUnknown{why};
        }
        return result;
    }

    std::unique_ptr<ledger::Tail> tail(
        Partition partition, Position from, std::function<void()> ready
    ) override {
        CHECK(partition < partitions());
        return tails_.open(partition, from, std::move(ready));
    }

    std::vector<Position> find_ends(
        std::span<const Partition> asked, std::chrono::milliseconds timeout
    ) override {
        const std::vector<Position> least = furthest();
        auto ends = kafka_edges(questions_, asked, KafkaEdge::end, timeout);
        std::string why;
        for (std::size_t i = 0; i < asked.size(); ++i) {
            auto shorter = note_end(asked[i], ends[i], least[asked[i]]);
            if (!shorter.empty()) why = std::move(shorter);
        }
        if (!why.empty()) {
            refresh_kafka_leaders(questions_, timeout);
            throw StorageError(why);
        }
        if (tails_.in_doubt()) throw StorageError(doubt());
        return ends;
    }

    void check_witness(Partition partition, const projections::Checkpoint& witness) override;

  private:
    std::vector<Position> furthest() {
        const std::lock_guard lock(mutex_);
        return furthest_;
    }

    [[nodiscard]] std::string doubt() const {
        return "the Kafka topic " + options_.topic +
               " may be another one than before: what was read of it is not found again yet";
    }

    /// Returns what is wrong with it; empty when nothing is. A log that is shorter than it was may
    /// be another one, also when it has grown again: only a comparison can tell.
    std::string note_end(Partition partition, Position end, Position least) {
        if (end < least) {
            tails_.doubt(partition);
            return place(options_.topic, partition) + " ends at position " + std::to_string(end) +
                   ", but has been seen to reach " + std::to_string(least) +
                   ": is a broker cut off from the others? Or " + kPerhaps;
        }
        const std::lock_guard lock(mutex_);
        furthest_[partition] = std::max(furthest_[partition], end);
        return {};
    }

    const KafkaLedgerOptions options_;
    KafkaClient questions_;
    const OpenedTopic opened_;
    const ledger::Writer writer_;
    KafkaAppender appender_;
    KafkaTails tails_;
    std::mutex mutex_;                ///< Guards what follows.
    std::vector<Position> furthest_;  ///< Where each partition has been seen to reach.
};

void TopicLedger::check_witness(Partition partition, const projections::Checkpoint& witness) {
    if (witness.ledger_identity != identity()) {
        throw LedgerMismatch(
            "the read store was built from the ledger " + witness.ledger_identity +
            ", but this one is " + identity()
        );
    }
    const std::string seen = "the read store has applied up to position " +
                             std::to_string(witness.next) + ": " + kPerhaps;
    if (partition >= partitions()) {
        throw LedgerMismatch("there is no " + place(options_.topic, partition) + ", but " + seen);
    }
    const Position last_end = end(partition);
    if (last_end < witness.next) {
        throw LedgerMismatch(
            place(options_.topic, partition) + " ends at position " + std::to_string(last_end) +
            ", but " + seen
        );
    }
    if (witness.next == 0) return;
    const auto last = BlockingTail(tails_, partition, witness.next - 1).next(1);
    if (ledger::sha256(last.front().value) != witness.last_hash) {
        throw LedgerMismatch(
            place(options_.topic, partition) + " holds another record at position " +
            std::to_string(witness.next - 1) + " than the read store has applied, and " + seen
        );
    }
}

}  // namespace

std::unique_ptr<KafkaLedger> open_kafka_ledger(const KafkaLedgerOptions& options) {
    return std::make_unique<TopicLedger>(options);
}

void for_each_record(
    const KafkaLedgerOptions& options,
    const std::function<void(Partition, const LogEntry&)>& callback
) {
    const KafkaClient questions(options, RD_KAFKA_CONSUMER, kafka_question_settings());
    const KafkaDeadline deadline = std::chrono::steady_clock::now() + options.open_timeout;
    const Partition partitions = find_kafka_topic(questions, deadline);
    if (options.partitions && *options.partitions != partitions) {
        throw KafkaSettingRefused(
            "the Kafka topic " + options.topic + " has " + std::to_string(partitions) +
            " partitions, not " + std::to_string(*options.partitions)
        );
    }
    check_begins(questions, partitions, options.open_timeout);
    const auto ends = kafka_edges(
        questions, ledger::all_partitions(partitions), KafkaEdge::end, options.open_timeout
    );
    KafkaTails tails(options);
    for (Partition partition = 0; partition < partitions; ++partition) {
        BlockingTail tail(tails, partition, 0);
        for (Position next = 0; next < ends[partition];) {
            const auto left = static_cast<std::size_t>(ends[partition] - next);
            for (const auto& entry : tail.next(std::min(left, kEntriesAtOnce))) {
                callback(partition, entry);
                ++next;
            }
        }
    }
}

}  // namespace consularia::infra
