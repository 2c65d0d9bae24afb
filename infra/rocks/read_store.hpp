#pragma once
// The read store on disk.

#include "infra/rocks/store.hpp"
#include "projections/projector.hpp"
#include "projections/read_store.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace consularia::infra::rocks {

/// See open_store().
[[nodiscard]] std::unique_ptr<projections::ReadStore> open_read_store(
    const std::filesystem::path& directory, const StoreOptions& options = {}
);

/// What is known about a read store before it is opened.
struct ReadStoreState {
    std::string fingerprint;              ///< See projections::read_fingerprint.
    std::vector<std::string> vocabulary;  ///< See projections::read_vocabulary.
    std::vector<std::string> skipped;     ///< See projections::read_skipped_types.
    std::vector<std::optional<ledger::Checkpoint>> checkpoints;  ///< By partition.

    /// The sum of the positions up to which the partitions are applied.
    [[nodiscard]] std::uint64_t applied() const;
};

/// Reads a store of any schema version; see peek_store(). Empty if there is none.
[[nodiscard]] std::optional<ReadStoreState> peek_read_store(
    const std::filesystem::path& directory,
    ledger::Partition partitions,
    const CheckOptions* checks = nullptr
);

}  // namespace consularia::infra::rocks
