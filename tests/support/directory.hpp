#pragma once
// Directories for tests that need files: temporary ones, and what is in them.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::test {

/// An empty directory that is removed with this object.
class TemporaryDirectory {
  public:
    TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

struct FileState {
    std::string content;
    std::int64_t modified_nanos = 0;
    std::uint64_t inode = 0;

    friend bool operator==(const FileState&, const FileState&) = default;
};

/// Every file and directory below this one by its relative path: two are equal when nothing was
/// written, touched, made, renamed or removed in between.
using DirectoryState = std::map<std::string, FileState>;
[[nodiscard]] DirectoryState state_of(const std::filesystem::path& directory);

/// The names of the entries that differ, for a test's message.
[[nodiscard]] std::vector<std::string> changed_names(
    const DirectoryState& before, const DirectoryState& after
);

/// The files of the directory with this at the end of their names, sorted by name.
[[nodiscard]] std::vector<std::filesystem::path> files_ending_in(
    const std::filesystem::path& directory, std::string_view suffix
);

[[nodiscard]] std::string read_whole_file(const std::filesystem::path& file);
void write_whole_file(const std::filesystem::path& file, std::string_view content);

}  // namespace consularia::test
