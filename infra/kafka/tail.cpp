#include "infra/kafka/tail.hpp"

#include "base/check.hpp"
#include "infra/kafka/partition_tail.hpp"

#include <utility>

namespace consularia::infra {

using ledger::Partition;
using ledger::Position;

KafkaTails::KafkaTails(const KafkaLedgerOptions& options, Partition partitions)
    : options_(options),
      partitions_(partitions),
      parts_(std::make_unique<const KafkaTailParts>(KafkaTailParts{
          std::make_shared<KafkaBells>(),
          std::make_shared<KafkaTailMemory>(),
          std::make_shared<KafkaPrefetch>(options.prefetch_bytes)})) {
    add_consumer();
}

KafkaTails::~KafkaTails() = default;

std::unique_ptr<ledger::Tail> KafkaTails::open(
    Partition partition, Position from, std::function<void()> ready
) {
    return std::make_unique<KafkaPartitionTail>(
        claim(partition), *parts_, partition, from, std::move(ready)
    );
}

void KafkaTails::recall(Partition partition, Position position, const ledger::Hash& hash) {
    parts_->memory->recall(partition, position, hash);
}

void KafkaTails::doubt(Partition partition) {
    for (const auto& bell : parts_->memory->doubt(partition)) parts_->bells->ring(bell);
}

bool KafkaTails::in_doubt(Partition partition) const {
    return parts_->memory->in_doubt(partition);
}

std::string KafkaTails::condemned(Partition partition) const {
    return parts_->memory->condemned(partition);
}

std::size_t KafkaTails::prefetched() const {
    return parts_->prefetch->held();
}

std::shared_ptr<KafkaConsumer> KafkaTails::claim(Partition partition) {
    const std::lock_guard lock(mutex_);
    for (const auto& consumer : consumers_) {
        if (consumer->claim(partition)) return consumer;
    }
    add_consumer();
    CHECK(consumers_.back()->claim(partition));
    return consumers_.back();
}

void KafkaTails::add_consumer() {
    consumers_.push_back(std::make_shared<KafkaConsumer>(
        options_, kafka_fetch_settings(options_.prefetch_bytes, partitions_)
    ));
}

}  // namespace consularia::infra
