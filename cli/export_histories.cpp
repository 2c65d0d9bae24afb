#include "cli/export_histories.hpp"

#include "ledger/record/hash_batch.hpp"

#include <boost/endian/conversion.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <future>
#include <thread>
#include <utility>

namespace consularia::cli {

namespace {

using Leaves = std::vector<ledger::SparseLeaf>;

constexpr std::size_t kFewWaiting = 512;   ///< 8 MB in all shards together.
constexpr std::size_t kFewRecords = 1000;  ///< Less work than starting a thread.

/// The records about one subject that its history, at this place, goes on with.
struct Waiting {
    std::size_t place = 0;
    std::span<const ledger::SparseLeaf> records;
};

void go_on_with(std::vector<Waiting> all, Leaves& histories) {
    std::vector<ledger::HistoryStep> steps;
    while (!all.empty()) {
        steps.clear();
        steps.reserve(all.size());
        ledger::HashBatch batch;
        for (auto& [place, records] : all) {
            auto& history = histories[place].value;
            const auto& step =
                steps.emplace_back(ledger::history_step(history, records.front().value));
            batch.add({step.data(), step.size()}, history);
            records = records.subspan(1);
        }
        batch.finish();
        std::erase_if(all, [](const Waiting& waiting) { return waiting.records.empty(); });
    }
}

/// By key, and of the same key in their order.
Leaves sorted(const Leaves& leaves) {
    struct Place {
        std::uint64_t first_bytes;  ///< They decide nearly always, and need no look at the leaf.
        std::size_t number;
    };

    std::vector<Place> places;
    places.reserve(leaves.size());
    for (const auto& leaf : leaves) {
        places.push_back({boost::endian::load_big_u64(leaf.key.data()), places.size()});
    }
    std::ranges::sort(places, [&leaves](const Place& one, const Place& other) {
        if (one.first_bytes != other.first_bytes) return one.first_bytes < other.first_bytes;
        const auto order = leaves[one.number].key <=> leaves[other.number].key;
        return order != 0 ? order < 0 : one.number < other.number;
    });
    Leaves in_order;
    in_order.reserve(leaves.size());
    for (const auto& place : places) in_order.push_back(leaves[place.number]);
    return in_order;
}

}  // namespace

void ExportHistories::Shard::take(const ledger::Hash& subject, const ledger::Hash& leaf) {
    const auto most = std::max(kFewWaiting, histories_.size());
    waiting_.reserve(most);  // growing step by step would touch twice as much memory
    waiting_.push_back({subject, leaf});
    if (waiting_.size() >= most) go_on_with_all();
}

ledger::SparseNode ExportHistories::Shard::tree(unsigned depth) {
    go_on_with_all();
    return ledger::sparse_tree(histories_, depth);
}

void ExportHistories::Shard::go_on_with_all() {
    const auto waiting = sorted(waiting_);
    std::vector<Waiting> all;
    Leaves histories;
    histories.reserve(histories_.size() + waiting_.size());
    auto old = histories_.begin();
    for (std::span<const ledger::SparseLeaf> rest = waiting; !rest.empty();) {
        const auto& key = rest.front().key;
        for (; old != histories_.end() && old->key < key; ++old) histories.push_back(*old);
        const bool is_new = old == histories_.end() || old->key != key;
        histories.push_back(is_new ? ledger::SparseLeaf{key, {}} : *old++);
        const auto others =
            std::ranges::find_if(rest, [&](const auto& record) { return record.key != key; });
        const auto count = static_cast<std::size_t>(others - rest.begin());
        all.push_back({histories.size() - 1, rest.first(count)});
        rest = rest.subspan(count);
    }
    histories.insert(histories.end(), old, histories_.end());
    go_on_with(std::move(all), histories);
    histories_ = std::move(histories);
    waiting_.clear();
}

void ExportHistories::take(std::span<const ExportedRecord> records) {
    taken_ += records.size();
    for (const auto& record : records) {
        if (!record.subject) continue;
        const auto& subject = *record.subject;
        shards_[subject.front()].take(subject, record.leaf);
    }
}

ledger::Hash ExportHistories::root() {
    std::vector<ledger::SparseNode> trees(shards_.size());
    std::atomic<std::size_t> next = 0;
    const auto make_trees = [&] {
        for (auto i = next++; i < trees.size(); i = next++) trees[i] = shards_[i].tree(kShardBits);
    };
    {
        const std::size_t most = std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
        const auto threads = taken_ <= kFewRecords ? 1 : most;
        std::vector<std::future<void>> others;
        for (std::size_t i = 1; i < threads; ++i) {
            others.push_back(std::async(std::launch::async, make_trees));
        }
        make_trees();
        for (auto& other : others) other.get();
    }
    for (; trees.size() > 1; trees.resize(trees.size() / 2)) {
        for (std::size_t i = 0; i < trees.size() / 2; ++i) {
            trees[i] = ledger::join(trees[2 * i], trees[2 * i + 1]);
        }
    }
    return trees.front().hash;
}

}  // namespace consularia::cli
