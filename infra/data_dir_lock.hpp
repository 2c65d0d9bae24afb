#pragma once
// One server per data directory.

#include <filesystem>

namespace consularia::infra {

/// Holds the lock on `directory`/LOCK until destroyed; the kernel releases it when the process ends
/// in any way. The file stays.
class DataDirLock {
  public:
    /// Throws StorageError if another process, or another DataDirLock, holds it.
    explicit DataDirLock(const std::filesystem::path& directory);
    DataDirLock(const DataDirLock&) = delete;
    DataDirLock& operator=(const DataDirLock&) = delete;
    ~DataDirLock();

    /// Whether somebody holds it now. Changes nothing.
    [[nodiscard]] static bool is_held(const std::filesystem::path& directory);

  private:
    int file_;
};

}  // namespace consularia::infra
