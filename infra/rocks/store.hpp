#pragma once
// A store of tables on disk: a RocksDB with one column family per table.

#include "infra/rocks/check_options.hpp"
#include "infra/rocks/store_damaged.hpp"
#include "tables/store.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>

namespace rocksdb {
class Cache;
}

namespace consularia::infra::rocks {

/// Memory for blocks of table files, which several stores can share.
using BlockCache = std::shared_ptr<rocksdb::Cache>;
[[nodiscard]] BlockCache make_block_cache(std::size_t bytes);

struct StoreOptions {
    std::size_t block_cache_bytes = 256ULL << 20;  ///< Shared by all tables.
    BlockCache block_cache = {};                   ///< Takes the place of one of its own.
    /// If the directory's file system has less free space than this, a commit throws and changes
    /// nothing: a full disk would end the process.
    std::uint64_t min_free_bytes = 0;
    /// For all tables together; also bounds what a start replays: three times, at 20 MiB a second.
    std::size_t write_buffer_bytes = 16ULL << 20;
    /// While writing fails, the minimum time between attempts to reopen the files.
    std::chrono::milliseconds retry{1000};
    CheckOptions checks;  ///< If damage is found, the next start fills the store again.
};

/// Opens the store in `directory`, or creates an empty one. Its snapshots and write sets may
/// outlive it and keep the files open. Thread-safe.
///
/// Every commit is in the write-ahead log before it returns, so it survives a crash of the process;
/// flush() syncs that log. All tables are flushed together: whatever a crash of the machine
/// destroys, the rest is the state after some earlier commit.
///
/// After a failed write, write_set() and flush() reopen the files once the cause has passed (no
/// space, no quota, no file descriptors) and no reader uses them any more; until then there are no
/// new snapshots. Committed data is kept.
///
/// Throws StoreDamaged, StorageError.
[[nodiscard]] std::unique_ptr<tables::Store> open_store(
    const std::filesystem::path& directory,
    const tables::Schema& schema,
    const StoreOptions& options = {}
);

/// Removes the store in `directory`, if there is one; a crash leaves all of it there or nothing.
/// Returns false, and removes nothing, while this process has it open. Throws StorageError.
[[nodiscard]] bool remove_store(const std::filesystem::path& directory);

/// A store as it is now, which stays as it is: nothing can be committed to it. Otherwise like
/// peek_store().
[[nodiscard]] std::unique_ptr<tables::Store> open_store_read_only(
    const std::filesystem::path& directory, const tables::Schema& schema
);

/// The store as it is now, without changing a file, even beside a process that writes it. Null if
/// there is none; a table that the store lacks is empty. If there are `checks`, also checks its
/// table files as a start does. Throws StoreDamaged, StorageError.
[[nodiscard]] std::shared_ptr<const tables::Reader> peek_store(
    const std::filesystem::path& directory,
    const tables::Schema& schema,
    const CheckOptions* checks = nullptr
);

}  // namespace consularia::infra::rocks
