#pragma once
// The histories of all subjects of an export, for the heads that have their root.

#include "cli/exported_record.hpp"
#include "ledger/record/sparse_tree.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace consularia::cli {

/// Takes one to two hundred bytes for each subject.
class ExportHistories {
  public:
    /// The next records, in the order of their sequences.
    void take(std::span<const ExportedRecord> records);

    /// Computed from all that were taken, by several threads if these are many.
    [[nodiscard]] ledger::Hash root();

  private:
    /// The histories of subjects whose hashes begin alike. Records wait until they are as many as
    /// the histories, which are then read and written once, from the first to the last: a map would
    /// be read at another place for each record, where memory is slow.
    class Shard {
      public:
        void take(const ledger::Hash& subject, const ledger::Hash& leaf);

        /// The keys share the first `depth` bits.
        [[nodiscard]] ledger::SparseNode tree(unsigned depth);

      private:
        void go_on_with_all();

        std::vector<ledger::SparseLeaf> histories_;  ///< By key.
        std::vector<ledger::SparseLeaf> waiting_;    ///< Leaves of records under their subjects.
    };

    static constexpr unsigned kShardBits = 8;

    std::vector<Shard> shards_{std::size_t{1} << kShardBits};
    std::size_t taken_ = 0;
};

}  // namespace consularia::cli
