#include "infra/kafka/tail_memory.hpp"

#include <algorithm>

namespace consularia::infra::kafka {

using ledger::Partition;
using ledger::Position;

ledger::Hash TailMemory::note(Partition partition, const ledger::LogEntry& last) {
    const Seen seen{last.position, ledger::sha256(last.value)};
    const std::lock_guard lock(mutex_);
    partitions_[partition].last = seen;
    return seen.hash;
}

void TailMemory::recall(Partition partition, Position position, const ledger::Hash& hash) {
    const std::lock_guard lock(mutex_);
    One& one = partitions_[partition];
    one.last = Seen{position, hash};
    one.recalled = true;
    ++one.raised;
}

std::optional<ledger::Hash> TailMemory::hash_at(Partition partition, Position position) const {
    const std::lock_guard lock(mutex_);
    const auto found = partitions_.find(partition);
    if (found == partitions_.end()) return std::nullopt;
    const auto& last = found->second.last;
    if (!last || last->position != position) return std::nullopt;
    return last->hash;
}

void TailMemory::condemn(Partition partition, const std::string& why) {
    const std::lock_guard lock(mutex_);
    partitions_[partition].condemned = why;
    any_condemned_ = true;
}

std::string TailMemory::condemned(Partition partition) const {
    const std::lock_guard lock(mutex_);
    const auto found = partitions_.find(partition);
    return found == partitions_.end() ? std::string() : found->second.condemned;
}

void TailMemory::set_bell(Partition partition, const std::shared_ptr<Bell>& bell) {
    const std::lock_guard lock(mutex_);
    partitions_[partition].bell = bell;
}

std::vector<std::shared_ptr<Bell>> TailMemory::doubt(Partition partition) {
    const std::lock_guard lock(mutex_);
    const One& doubted = partitions_[partition];
    const bool is_new = doubted.is_settled() || doubted.recalled;
    std::vector<std::shared_ptr<Bell>> bells;
    for (auto& [number, one] : partitions_) {
        if (!one.last || (number != partition && !is_new)) continue;
        ++one.raised;
        one.recalled = false;
        if (auto bell = one.bell.lock()) bells.push_back(std::move(bell));
    }
    return bells;
}

std::uint64_t TailMemory::doubts(Partition partition) const {
    const std::lock_guard lock(mutex_);
    const auto found = partitions_.find(partition);
    return found == partitions_.end() ? 0 : found->second.raised;
}

void TailMemory::settle(Partition partition, std::uint64_t doubts) {
    const std::lock_guard lock(mutex_);
    One& one = partitions_[partition];
    one.settled = doubts;
    one.recalled = false;
}

bool TailMemory::in_doubt(Partition partition) const {
    const std::lock_guard lock(mutex_);
    if (any_condemned_) return true;
    const auto found = partitions_.find(partition);
    if (found != partitions_.end() && found->second.last) return !found->second.is_settled();
    return std::ranges::any_of(partitions_, [](const auto& entry) {
        return !entry.second.is_settled() && !entry.second.recalled;
    });
}

}  // namespace consularia::infra::kafka
