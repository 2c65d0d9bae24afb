#pragma once
// The read store on disk: a RocksDB with one column family per table.

#include "infra/rocks/check_options.hpp"
#include "ledger/log/storage_error.hpp"
#include "projections/projector.hpp"
#include "projections/read_store.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace consularia::infra::rocks {

/// The store's files are damaged or of another form. It can be thrown away and rebuilt from the
/// ledger; thrown by opening, and by any later read that meets the damage.
class ReadStoreDamaged : public ledger::StorageError {
  public:
    using StorageError::StorageError;
};

struct ReadStoreOptions {
    std::size_t block_cache_bytes = 256ULL << 20;  ///< Shared by all tables.
    /// With less free space than this on the directory's file system a commit throws and changes
    /// nothing: a full disk would end the process.
    std::uint64_t min_free_bytes = 0;
    /// Of all tables; also bounds what a start replays: twice, at 20 MiB a second.
    std::size_t write_buffer_bytes = 16ULL << 20;
    /// While writing fails the files are opened again at most that often.
    std::chrono::milliseconds retry{1000};
    CheckOptions checks;  ///< Damage that is found makes the next start rebuild the store.
};

/// Opens the store in `directory`, or makes an empty one. Its snapshots and batches may outlive it
/// and keep the files open. Thread-safe.
///
/// Every commit is in the write-ahead log before it returns, so it survives the process; flush()
/// syncs that log. All tables are written out together: whatever a crash of the machine takes, what
/// is left is the state after some earlier commit.
///
/// After a write that failed, batch() and flush() open the files again once its cause has passed
/// (no space, no quota, no file descriptors) and nobody reads them any more; until that is done
/// there are no new snapshots. What was committed stays.
///
/// Throws ReadStoreDamaged, StorageError.
[[nodiscard]] std::unique_ptr<projections::ReadStore> open_read_store(
    const std::filesystem::path& directory, const ReadStoreOptions& options = {}
);

/// What a store says of itself before it is opened.
struct ReadStoreState {
    std::string fingerprint;  ///< As projections::read_fingerprint has it.
    std::vector<std::optional<projections::Checkpoint>> checkpoints;  ///< By partition.
};

/// Reads a store, of whatever schema version, without changing a file. Empty when there is none.
/// Also checks its table files as a start does, if there are `checks`. Throws ReadStoreDamaged,
/// StorageError.
[[nodiscard]] std::optional<ReadStoreState> peek_read_store(
    const std::filesystem::path& directory,
    ledger::Partition partitions,
    const CheckOptions* checks = nullptr
);

}  // namespace consularia::infra::rocks
