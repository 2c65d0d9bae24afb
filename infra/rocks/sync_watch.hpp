#pragma once
// Distinguishes a failed sync from everything else that can fail in a RocksDB, whose statuses do
// not.

#include <rocksdb/env.h>

#include <atomic>
#include <cstdint>
#include <memory>

namespace consularia::infra::rocks {

/// What has happened to the files written through watched_env(). Thread-safe.
struct SyncWatch {
    /// A sync of any file or directory failed: from then on it is unknown how much of it is on the
    /// disk.
    std::atomic<bool> failed = false;
    /// Attempts to write to a write-ahead log.
    std::atomic<std::uint64_t> log_writes = 0;
};

/// Behaves like `base` and reports to the watch. Both outlive it.
[[nodiscard]] std::unique_ptr<rocksdb::Env> watched_env(rocksdb::Env& base, SyncWatch& watch);

}  // namespace consularia::infra::rocks
