#pragma once
// Whether the data directory's disk has the space that writing needs, determined without waiting
// for that disk.

#include "base/periodic.hpp"
#include "ledger/log/health.hpp"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>

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

    /// An append found this much space and needed that much. If it was refused, the storage fails
    /// until so much is free, or another append finds enough.
    void note_append(std::uint64_t available, std::uint64_t needed);

  private:
    void look();

    const std::filesystem::path directory_;
    const std::uint64_t min_free_bytes_;
    ledger::Health& health_;
    std::atomic<bool> nearly_full_ = false;
    std::mutex mutex_;           ///< Guards the next two.
    std::uint64_t refused_ = 0;  ///< What the last append needed if it was refused.
    std::uint64_t refusals_ = 0;
    Periodic thread_;
};

}  // namespace consularia::node
