#pragma once
// One server per data directory.

#include <filesystem>

namespace consularia::infra {

/// Holds the lock on `directory`/LOCK until destroyed; the kernel lets go of it when the process
/// ends, however it ends. The file stays.
class DataDirLock {
  public:
    /// Throws StorageError when another process, or another one of these, has it.
    explicit DataDirLock(const std::filesystem::path& directory);
    DataDirLock(const DataDirLock&) = delete;
    DataDirLock& operator=(const DataDirLock&) = delete;
    ~DataDirLock();

  private:
    int file_;
};

}  // namespace consularia::infra
