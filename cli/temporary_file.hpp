#pragma once
// A file that only its owner can read, and that is gone when the command ends.

#include <fstream>
#include <string>
#include <string_view>

namespace consularia::cli {

class TemporaryFile {
  public:
    /// In $TMPDIR, or /tmp. Throws StorageError.
    TemporaryFile();
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile();

    [[nodiscard]] const std::string& path() const { return path_; }

    /// Throws StorageError, if the disk is full for instance.
    void append(std::string_view bytes);

    /// To be called before others read it. Throws StorageError.
    void finish();

  private:
    std::string path_;
    std::ofstream out_;
};

}  // namespace consularia::cli
