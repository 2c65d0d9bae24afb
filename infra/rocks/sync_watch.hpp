#pragma once
// Tells a sync that failed from all else that can fail in a RocksDB, whose statuses do not.

#include <rocksdb/env.h>

#include <atomic>
#include <cstdint>
#include <memory>

namespace consularia::infra::rocks {

/// What has happened to the files that were written through watched_env(). Thread-safe.
struct SyncWatch {
    /// Of any file or directory: from then on nobody knows what of it is on the disk.
    std::atomic<bool> failed = false;
    /// Attempts to write to a write-ahead log.
    std::atomic<std::uint64_t> log_writes = 0;
};

/// Does what `base` does and reports to the watch. Both outlive it.
[[nodiscard]] std::unique_ptr<rocksdb::Env> watched_env(rocksdb::Env& base, SyncWatch& watch);

}  // namespace consularia::infra::rocks
