#include "infra/kafka/partition_tail.hpp"

#include "infra/kafka/writer.hpp"
#include "ledger/log/log_error.hpp"

#include <utility>

namespace consularia::infra::kafka {
namespace {

using ledger::LogEntry;
using ledger::Partition;
using ledger::Position;
using ledger::StorageError;

/// What one call hands out.
constexpr std::size_t kBytesAtOnce = 1 << 20;
/// The memory of a record beyond its bytes.
constexpr std::size_t kEntryBytes = sizeof(LogEntry) + 32;

const std::string kPerhaps = "was the topic recreated, or was an unclean leader elected?";

Settings consumer_settings(const Settings& fetching) {
    Settings settings{
        {"client.id", "consularia-tail"},
        {"check.crcs", "true"},
        {"auto.offset.reset", "error"},
        {"enable.partition.eof", "true"},
        {"isolation.level", "read_uncommitted"},
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        {"auto.commit.enable", "false"},
        {"fetch.error.backoff.ms", "20"},
        // How long a new tail may have to wait while the others have nothing to read.
        {"fetch.wait.max.ms", "100"},
    };
    settings.insert(settings.end(), fetching.begin(), fetching.end());
    return settings;
}

std::size_t cost_of(const LogEntry& entry) {
    return entry.value.size() + kEntryBytes;
}

}  // namespace

Consumer::Consumer(const Options& options, const Settings& fetching)
    : client(options, RD_KAFKA_CONSUMER, consumer_settings(fetching)) {}

bool Consumer::claim(Partition partition) {
    const std::lock_guard lock(mutex_);
    return claimed_.insert(partition).second;
}

void Consumer::release(Partition partition) {
    const std::lock_guard lock(mutex_);
    claimed_.erase(partition);
}

PartitionTail::PartitionTail(
    std::shared_ptr<Consumer> consumer,
    TailParts parts,
    Partition partition,
    Position from,
    std::function<void()> ready
)
    : consumer_(std::move(consumer)),
      parts_(std::move(parts)),
      partition_(partition),
      ready_(std::move(ready)),
      given_(from),
      next_(from) {
    bell_->ready = [this] {
        {
            const std::lock_guard lock(mutex_);
            take();
        }
        if (ready_) ready_();
    };
    parts_.memory->set_bell(partition_, bell_);
    const std::lock_guard lock(mutex_);
    if (from > 0) last_ = parts_.memory->hash_at(partition, from - 1);
    start();
}

PartitionTail::~PartitionTail() {
    {
        const std::lock_guard lock(bell_->mutex);
        bell_->ready = nullptr;
    }
    stop();
    drop_held();
    consumer_->release(partition_);
}

std::vector<LogEntry> PartitionTail::next(std::size_t limit) {
    const std::lock_guard lock(mutex_);
    if (interruptions() != interruptions_) resume();
    if (held_.empty()) {
        wanted_ = true;
        if (!queue_) start();
    }
    take();
    std::vector<LogEntry> entries = hand_out(limit);
    if (interruptions() != interruptions_) {
        // It is unknown which log these belong to.
        resume();
        return {};
    }
    if (!entries.empty()) {
        given_ = entries.back().position + 1;
        last_ = parts_.memory->note(partition_, entries.back());
    } else if (!failure_.empty()) {
        if (may_pass_) throw Doubtful(failure_);
        if (everywhere_) throw ledger::LogError(failure_);
        throw StorageError(failure_);
    }
    return entries;
}

void PartitionTail::on_event(rd_kafka_t* /*client*/, void* self) {
    const auto* tail = static_cast<PartitionTail*>(self);
    tail->parts_.bells->ring(tail->bell_);
}

/// Includes doubts.
std::uint64_t PartitionTail::interruptions() const {
    return consumer_->client.interruptions() + parts_.memory->doubts(partition_);
}

/// Begins with the record before the wanted ones, if it is known, to compare it. No records are
/// held.
void PartitionTail::start() {
    doubts_ = parts_.memory->doubts(partition_);
    interruptions_ = consumer_->client.interruptions() + doubts_;
    if (failure_.empty()) failure_ = parts_.memory->condemned(partition_);
    if (!failure_.empty()) return;
    next_ = given_;
    before_ = last_;
    if (before_) {
        --next_;
    } else {
        parts_.memory->settle(partition_, doubts_);  // nothing was read that could differ
    }
    queue_.reset(rd_kafka_queue_new(consumer_->client.get()));
    rd_kafka_queue_cb_event_enable(queue_.get(), on_event, this);
    const int failed = rd_kafka_consume_start_queue(
        consumer_->client.topic(), number(), static_cast<std::int64_t>(next_), queue_.get()
    );
    if (failed != 0) fail(words_of(rd_kafka_last_error()));
}

void PartitionTail::stop() {
    if (!queue_) return;
    (void)rd_kafka_consume_stop(consumer_->client.topic(), number());
    rd_kafka_queue_cb_event_enable(queue_.get(), nullptr, nullptr);
    queue_.reset();
}

/// Resumes after the last record that was handed out.
void PartitionTail::resume() {
    stop();
    drop_held();
    start();
}

/// Takes everything that librdkafka has: only then is the next arrival announced.
void PartitionTail::take() {
    while (queue_ && failure_.empty()) {
        if (!wanted_ && parts_.prefetch->is_spent(held_bytes_)) return stop();
        const Event event(rd_kafka_queue_poll(queue_.get(), 0));
        if (!event) return;
        if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_ERROR) take_error(event.get());
        while (const auto* message = rd_kafka_event_message_next(event.get())) {
            take_message(*message);
        }
    }
}

void PartitionTail::take_message(const rd_kafka_message_t& message) {
    if (!failure_.empty()) return;
    const auto position = static_cast<Position>(message.offset);
    if (position != next_) return fail_at_gap(position);
    // A null value counts as one without bytes: the record is void, but it has a position.
    std::string value;
    if (message.payload != nullptr) {
        value.assign(static_cast<const char*>(message.payload), message.len);
    }
    if (const auto expected = std::exchange(before_, std::nullopt)) {
        if (ledger::sha256(value) != *expected) {
            fail("it is not the record that was read there before, " + kPerhaps);
            return parts_.memory->condemn(partition_, failure_);
        }
        parts_.memory->settle(partition_, doubts_);
    } else {
        hold({position, std::move(value), writer_of(message)});
    }
    ++next_;
}

void PartitionTail::take_error(rd_kafka_event_t* event) {
    switch (const auto error = rd_kafka_event_error(event)) {
        case RD_KAFKA_RESP_ERR__PARTITION_EOF: {
            const TopicPartition end(rd_kafka_event_topic_partition(event));
            if (end && static_cast<Position>(end->offset) > next_) {
                fail_at_gap(static_cast<Position>(end->offset));
            }
            return;
        }
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
            may_pass_ = failure_.empty();
            return fail("the log begins after it or ends before it, " + kPerhaps);
        case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
        case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
            may_pass_ = failure_.empty();
            return fail("the brokers no longer know the topic, was it deleted?");
        default:
            if (is_transient(error)) return;
            everywhere_ = failure_.empty();
            fail(rd_kafka_event_error_string(event));
    }
}

void PartitionTail::hold(LogEntry entry) {
    const std::size_t bytes = cost_of(entry);
    held_bytes_ += bytes;
    parts_.prefetch->add(bytes);
    held_.push_back(std::move(entry));
    wanted_ = false;
}

void PartitionTail::drop_held() {
    held_.clear();
    parts_.prefetch->remove(std::exchange(held_bytes_, 0));
}

std::vector<LogEntry> PartitionTail::hand_out(std::size_t limit) {
    std::vector<LogEntry> entries;
    std::size_t bytes = 0;
    while (!held_.empty() && entries.size() < limit && bytes < kBytesAtOnce) {
        bytes += cost_of(held_.front());
        entries.push_back(std::move(held_.front()));
        held_.pop_front();
    }
    held_bytes_ -= bytes;
    parts_.prefetch->remove(bytes);
    return entries;
}

void PartitionTail::fail_at_gap(Position position) {
    everywhere_ = failure_.empty();
    fail(
        "the log has a gap and continues at position " + std::to_string(position) +
        ", was the topic compacted, or written to in a transaction?"
    );
}

/// The first failure counts and ends the tail.
void PartitionTail::fail(const std::string& why) {
    if (!failure_.empty()) return;
    failure_ = "the topic " + consumer_->client.topic_name() + " cannot be read in partition " +
               std::to_string(partition_) + " at position " + std::to_string(next_) + ": " + why;
}

}  // namespace consularia::infra::kafka
