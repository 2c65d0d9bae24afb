#include "infra/kafka/tail.hpp"

#include "base/check.hpp"
#include "infra/kafka/partition_tail.hpp"

#include <utility>

namespace consularia::infra::kafka {

using ledger::Partition;
using ledger::Position;

Tails::Tails(const Options& options, Partition partitions)
    : options_(options),
      partitions_(partitions),
      parts_(std::make_unique<const TailParts>(TailParts{
          std::make_shared<Bells>(),
          std::make_shared<TailMemory>(),
          std::make_shared<Prefetch>(options.prefetch_bytes)})) {
    add_consumer();
}

Tails::~Tails() = default;

std::unique_ptr<ledger::Tail> Tails::open(
    Partition partition, Position from, std::function<void()> ready
) {
    return std::make_unique<PartitionTail>(
        claim(partition), *parts_, partition, from, std::move(ready)
    );
}

void Tails::recall(Partition partition, Position position, const ledger::Hash& hash) {
    parts_->memory->recall(partition, position, hash);
}

void Tails::doubt(Partition partition) {
    for (const auto& bell : parts_->memory->doubt(partition)) parts_->bells->ring(bell);
}

bool Tails::in_doubt(Partition partition) const {
    return parts_->memory->in_doubt(partition);
}

std::string Tails::condemned(Partition partition) const {
    return parts_->memory->condemned(partition);
}

std::size_t Tails::prefetched() const {
    return parts_->prefetch->held();
}

std::shared_ptr<Consumer> Tails::claim(Partition partition) {
    const std::lock_guard lock(mutex_);
    for (const auto& consumer : consumers_) {
        if (consumer->claim(partition)) return consumer;
    }
    add_consumer();
    CHECK(consumers_.back()->claim(partition));
    return consumers_.back();
}

void Tails::add_consumer() {
    consumers_.push_back(
        std::make_shared<Consumer>(options_, fetch_settings(options_.prefetch_bytes, partitions_))
    );
}

}  // namespace consularia::infra::kafka
