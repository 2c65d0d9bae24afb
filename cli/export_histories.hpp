#pragma once
// The histories of all subjects of an export, for the heads that have their root.

#include "ledger/record/sparse_tree.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <future>
#include <span>
#include <vector>

namespace consularia::cli {

/// Takes about a hundred bytes for each subject.
class ExportHistories {
  public:
    /// A record, in the order of the sequences.
    void take(const ledger::Hash& subject, const ledger::Hash& leaf) {
        auto& history = histories_[subject];
        history = ledger::history_with(history, leaf);
    }

    /// Computed from all that were taken, by several threads if these are many.
    [[nodiscard]] ledger::Hash root() const {
        std::vector<ledger::SparseLeaf> leaves;
        leaves.reserve(histories_.size());
        for (const auto& [subject, history] : histories_) leaves.push_back({subject, history});
        return tree_of(leaves, 0).hash;
    }

  private:
    /// Its first bytes: it is a hash already.
    struct FirstBytes {
        using is_avalanching = void;  // The map need not mix it.

        std::size_t operator()(const ledger::Hash& hash) const {
            std::size_t first = 0;
            std::memcpy(&first, hash.data(), sizeof first);
            return first;
        }
    };

    static constexpr unsigned kBitsApart = 3;        ///< So there are 8 threads.
    static constexpr std::size_t kFewLeaves = 1000;  ///< Less work than starting a thread.

    /// The leaves share the first `depth` bits of their keys.
    [[nodiscard]] static ledger::SparseNode tree_of(
        std::span<ledger::SparseLeaf> leaves, unsigned depth
    ) {
        if (depth == kBitsApart || leaves.size() <= kFewLeaves) {
            std::ranges::sort(leaves, {}, &ledger::SparseLeaf::key);
            return ledger::sparse_tree(leaves, depth);
        }
        const auto ones = std::ranges::partition(leaves, [depth](const ledger::SparseLeaf& leaf) {
            return !ledger::bit_of(leaf.key, depth);
        });
        const std::span zeros(leaves.begin(), ones.begin());
        auto left = std::async(std::launch::async, tree_of, zeros, depth + 1);
        const auto right = tree_of({ones.begin(), ones.end()}, depth + 1);
        return ledger::join(left.get(), right);
    }

    boost::unordered_flat_map<ledger::Hash, ledger::Hash, FirstBytes> histories_;
};

}  // namespace consularia::cli
