#include "infra/kafka/progress_publisher.hpp"

#include "base/stoppable_thread.hpp"

#include <chrono>

namespace consularia::infra::kafka {

namespace {

constexpr std::chrono::seconds kRetry{1};
constexpr std::chrono::seconds kLastWithin{2};

Settings publisher_settings() {
    return {
        {"client.id", "consularia-webhooks"},
        {"enable.idempotence", "true"},
        {"acks", "all"},
        {"linger.ms", "2"},
        {"message.timeout.ms", "4000"},
        {"request.timeout.ms", "4000"},
    };
}

/// All keys of a webhook are in one partition: they are read in the order in which they were
/// written. The last bytes of ids are random.
ledger::Partition partition_of(const std::string& key, ledger::Partition partitions) {
    const auto webhook = webhook_of(key);
    if (!webhook) return 0;
    const auto& bytes = webhook->bytes;
    return (static_cast<ledger::Partition>(bytes[14]) << 8 | bytes[15]) % partitions;
}

}  // namespace

ProgressPublisher::ProgressPublisher(
    const Options& options, ledger::Partition partitions, ProgressBoard& board
)
    : partitions_(partitions),
      board_(board),
      client_(options, RD_KAFKA_PRODUCER, publisher_settings(), report),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

ProgressPublisher::~ProgressPublisher() {
    thread_.request_stop();
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kLastWithin, [this] { return ended_; })) {
        lock.unlock();
        (void)rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    }
}

void ProgressPublisher::report(const rd_kafka_message_t& message) {
    auto* self = static_cast<ProgressPublisher*>(message._private);
    const std::lock_guard lock(self->mutex_);
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) self->failed_ = true;
    if (--self->outstanding_ == 0) self->changed_.notify_all();
}

void ProgressPublisher::run(const std::stop_token& stop) {
    while (true) {
        const auto records = board_.take(stop);
        if (records.empty() && stop.stop_requested()) break;
        if (records.empty() || publish(records)) {
            board_.settle();
        } else {
            board_.take_back();
            if (stopped_within(stop, kRetry)) break;
        }
    }
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
}

/// Whether all of them are durable.
bool ProgressPublisher::publish(const std::vector<ProgressRecord>& records) {
    {
        const std::lock_guard lock(mutex_);
        outstanding_ = records.size();
        failed_ = false;
    }
    std::size_t refused = 0;
    for (const auto& record : records) {
        if (!produce(record)) ++refused;
    }
    std::unique_lock lock(mutex_);
    outstanding_ -= refused;
    // Each is reported, after its time-out at the latest.
    changed_.wait(lock, [this] { return outstanding_ == 0; });
    return refused == 0 && !failed_;
}

bool ProgressPublisher::produce(const ProgressRecord& record) {
    const auto& value = record.value;
    return rd_kafka_produce(
               client_.topic(),
               static_cast<std::int32_t>(partition_of(record.key, partitions_)),
               RD_KAFKA_MSG_F_COPY,
               value ? const_cast<char*>(value->data()) : nullptr,
               value ? value->size() : 0,
               record.key.data(),
               record.key.size(),
               this
           ) == 0;
}

}  // namespace consularia::infra::kafka
