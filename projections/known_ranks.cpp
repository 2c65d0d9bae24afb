#include "projections/known_ranks.hpp"

#include <iterator>
#include <utility>

namespace consularia::projections {
namespace {

/// A block with the nodes and strings around it.
std::size_t bytes_of(std::string_view end) {
    constexpr std::size_t kOverhead = 160 + sizeof(ClassCounts);
    return kOverhead + 2 * end.size();
}

}  // namespace

std::optional<KnownLevel::Found> KnownLevel::find_after(std::string_view rest) {
    const auto found = by_end_.upper_bound(rest);
    if (found == by_end_.end()) {
        return none_after_ && *none_after_ <= rest ? std::optional(Found{}) : std::nullopt;
    }
    auto& [end, known] = *found;
    return known.from <= rest ? std::optional(Found{end, &known.count}) : std::nullopt;
}

void KnownLevel::learn(std::string_view rest, std::string_view end, const ClassCounts& count) {
    const auto found = by_end_.find(end);
    if (found == by_end_.end()) return insert(end, rest, count);
    if (rest < found->second.from) found->second.from = rest;
    found->second.count = count;
}

void KnownLevel::learn_none_after(std::string_view rest) {
    if (!none_after_ || rest < *none_after_) none_after_ = rest;
}

void KnownLevel::add(std::string_view end, const ClassCounts& count) {
    const auto next = by_end_.upper_bound(end);
    if (next != by_end_.end()) {
        if (next->second.from > end) return;
        insert(end, next->second.from, count);
        next->second.from = end;
    } else if (none_after_ && *none_after_ <= end) {
        insert(end, *none_after_, count);
        none_after_ = end;
    }
}

void KnownLevel::change_count(std::string_view end, const ClassCounts& count) {
    if (const auto found = by_end_.find(end); found != by_end_.end()) found->second.count = count;
}

void KnownLevel::remove(std::string_view end) {
    const auto found = by_end_.find(end);
    if (found == by_end_.end()) return;
    const auto next = std::next(found);
    if (next != by_end_.end()) {
        if (next->second.from == end) next->second.from = found->second.from;
    } else if (none_after_ == end) {
        none_after_ = found->second.from;
    }
    bytes_ -= bytes_of(end);
    by_end_.erase(found);
}

void KnownLevel::insert(std::string_view end, std::string_view from, const ClassCounts& count) {
    by_end_.emplace(end, Known{std::string(from), count});
    bytes_ += bytes_of(end);
}

std::size_t KnownList::bytes() const {
    std::size_t bytes = sizeof *this;
    for (const auto& level : levels) bytes += level.bytes();
    return bytes;
}

KnownList& KnownRanks::of(const RankedList& list) {
    shrink();
    std::string key(1, static_cast<char>(list.index));
    key += list.prefix;
    if (const auto found = by_key_.find(key); found != by_key_.end()) {
        recent_.splice(recent_.begin(), recent_, found->second);
    } else {
        recent_.push_front({std::move(key), {}, 0});
        by_key_.emplace(recent_.front().key, recent_.begin());
    }
    return recent_.front().list;
}

/// Only the list that was asked for last can have grown.
void KnownRanks::shrink() {
    if (recent_.empty()) return;
    auto& last = recent_.front();
    bytes_ -= std::exchange(last.bytes, last.list.bytes() + 2 * last.key.size());
    bytes_ += last.bytes;
    while (bytes_ > max_bytes_) {
        const auto& oldest = recent_.back();
        bytes_ -= oldest.bytes;
        by_key_.erase(oldest.key);
        recent_.pop_back();
    }
}

}  // namespace consularia::projections
