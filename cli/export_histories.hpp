#pragma once
// The histories of all subjects of an export, for the heads that have their root.

#include "ledger/record/sparse_tree.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
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

    /// Computed from all that were taken.
    [[nodiscard]] ledger::Hash root() const {
        std::vector<ledger::SparseLeaf> leaves;
        leaves.reserve(histories_.size());
        for (const auto& [subject, history] : histories_) leaves.push_back({subject, history});
        std::ranges::sort(leaves, {}, &ledger::SparseLeaf::key);
        return ledger::sparse_tree(leaves).hash;
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

    boost::unordered_flat_map<ledger::Hash, ledger::Hash, FirstBytes> histories_;
};

}  // namespace consularia::cli
