#pragma once
// Whether the data directory's disk is nearly full, known without waiting for that disk.

#include "ledger/log/health.hpp"
#include "node/periodic.hpp"

#include <atomic>
#include <cstdint>
#include <filesystem>

namespace consularia::node {

/// Thread-safe. Looks twice a second, on a thread of its own: a disk that hangs holds up nobody
/// else.
class StorageWatch {
  public:
    /// Looks once before it returns. The health outlives this.
    StorageWatch(
        std::filesystem::path directory, std::uint64_t min_free_bytes, ledger::Health& health
    );

    /// Less than `min_free_bytes` is free; or the directory is gone, and nothing can be written.
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
