#pragma once
// Whether the data directory's disk is nearly full, determined without waiting for that disk.

#include "base/periodic.hpp"
#include "ledger/log/health.hpp"

#include <atomic>
#include <cstdint>
#include <filesystem>

namespace consularia::node {

/// Thread-safe. Checks twice a second, on a separate thread: a disk that hangs holds up no other
/// thread.
class StorageWatch {
  public:
    /// Checks once before it returns. The health outlives this.
    StorageWatch(
        std::filesystem::path directory, std::uint64_t min_free_bytes, ledger::Health& health
    );

    /// True if less than `min_free_bytes` are free, or the directory is gone and nothing can be
    /// written.
    [[nodiscard]] bool nearly_full() const { return nearly_full_; }

  private:
    void look();

    const std::filesystem::path directory_;
    const std::uint64_t min_free_bytes_;
    ledger::Health& health_;
    std::atomic<bool> nearly_full_ = false;
    Periodic thread_;
};

}  // namespace consularia::node
