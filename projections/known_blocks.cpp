#include "projections/known_blocks.hpp"

#include <iterator>

namespace consularia::projections {
namespace {

std::size_t bytes_of(std::string_view end) {
    constexpr std::size_t kOverhead = 192 + sizeof(ClassCounts);
    return kOverhead + 2 * end.size();
}

}  // namespace

std::optional<KnownBlocks::Block> KnownBlocks::find_after(std::string_view key) {
    const auto found = by_end_.upper_bound(key);
    if (found == by_end_.end() || found->second.from > key) return std::nullopt;
    recent_.splice(recent_.begin(), recent_, found->second.place);
    return Block{found->first, found->second.count};
}

void KnownBlocks::learn(std::string_view key, const Block& block) {
    auto found = by_end_.find(block.end);
    if (found == by_end_.end()) found = insert(block.end, key);
    if (key < found->second.from) found->second.from = key;
    found->second.count = block.count;
    shrink();
}

void KnownBlocks::add(std::string_view end, const ClassCounts& count) {
    const auto next = by_end_.upper_bound(end);
    if (next == by_end_.end() || next->second.from > end) return;
    insert(end, next->second.from)->second.count = count;
    next->second.from = end;
    shrink();
}

void KnownBlocks::change_count(std::string_view end, const ClassCounts& count) {
    if (const auto found = by_end_.find(end); found != by_end_.end()) found->second.count = count;
}

void KnownBlocks::remove(std::string_view end) {
    const auto found = by_end_.find(end);
    if (found == by_end_.end()) return;
    const auto next = std::next(found);
    if (next != by_end_.end() && next->second.from == end) next->second.from = found->second.from;
    erase(found);
}

KnownBlocks::ByEnd::iterator KnownBlocks::insert(std::string_view end, std::string_view from) {
    const auto inserted = by_end_.emplace(end, Known{std::string(from), {}, {}}).first;
    inserted->second.place = recent_.insert(recent_.begin(), inserted);
    bytes_ += bytes_of(end);
    return inserted;
}

void KnownBlocks::erase(ByEnd::iterator block) {
    bytes_ -= bytes_of(block->first);
    recent_.erase(block->second.place);
    by_end_.erase(block);
}

void KnownBlocks::shrink() {
    while (bytes_ > max_bytes_) erase(recent_.back());
}

}  // namespace consularia::projections
