#include "infra/files.hpp"

#include "ledger/log/no_space_error.hpp"

#include <cerrno>
#include <deque>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <system_error>
#include <unistd.h>

namespace consularia::infra {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& what, const fs::path& path, int error) {
    const std::string sentence =
        "cannot " + what + " " + path.string() + ": " + std::system_category().message(error);
    if (error == ENOSPC || error == EDQUOT) throw ledger::NoSpaceError(sentence);
    throw ledger::StorageError(sentence);
}

class FileDescriptor {
  public:
    FileDescriptor(const fs::path& path, int flags, mode_t mode = 0)
        : value_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}

    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;

    ~FileDescriptor() {
        if (value_ >= 0) ::close(value_);
    }

    int value() const { return value_; }

  private:
    int value_;
};

/// Throws StorageError unless everything was written.
void write_all(const FileDescriptor& to, const fs::path& name, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(to.value(), content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("write", name, errno);
        content.remove_prefix(static_cast<std::size_t>(written));
    }
}

/// Removes the slash at the end of "a/b/", which names the same directory but has no filename.
fs::path named(const fs::path& path) {
    return path.has_filename() ? path : path.parent_path();
}

fs::path parent_of(const fs::path& path) {
    const fs::path parent = named(path).parent_path();
    return parent.empty() ? fs::path(".") : parent;
}

}  // namespace

fs::path with_suffix(const fs::path& path, std::string_view suffix) {
    fs::path result = named(path);
    result += suffix;
    return result;
}

std::uint64_t available_bytes(const fs::path& path) {
    struct statvfs disk {};

    if (::statvfs(path.c_str(), &disk) != 0) fail("determine the free space of", path, errno);
    return disk.f_bavail * disk.f_frsize;
}

void try_writing(const fs::path& directory) {
    // The descriptors for opening a database: its tables are opened when they are read.
    constexpr std::size_t kDescriptors = 32;
    constexpr std::size_t kBytes = 1 << 20;
    std::deque<FileDescriptor> opened;
    while (opened.size() < kDescriptors) {
        if (opened.emplace_back(directory, O_RDONLY | O_DIRECTORY).value() < 0) {
            fail("open", directory, errno);
        }
    }
    const fs::path file = directory / "writable.tmp";
    const FileDescriptor made(file, O_WRONLY | O_CREAT | O_TRUNC, S_IRUSR | S_IWUSR);
    if (made.value() < 0) fail("create", file, errno);
    ::unlink(file.c_str());
    write_all(made, file, std::string(kBytes, '\0'));
}

void sync_directory(const fs::path& directory) {
    const FileDescriptor opened(directory, O_RDONLY | O_DIRECTORY);
    if (opened.value() < 0) fail("open", directory, errno);
    if (::fsync(opened.value()) != 0) fail("sync", directory, errno);
}

void write_new_private_file(const fs::path& file, std::string_view content) {
    const FileDescriptor opened(file, O_WRONLY | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);
    if (opened.value() < 0) fail("create", file, errno);
    try {
        write_all(opened, file, content);
        if (::fsync(opened.value()) != 0) fail("sync", file, errno);
    } catch (const ledger::StorageError&) {
        ::unlink(file.c_str());
        throw;
    }
    sync_directory(parent_of(file));
}

void replace_private_file(const fs::path& file, std::string_view content) {
    const fs::path unfinished = with_suffix(file, ".unfinished");
    remove_tree(unfinished);
    write_new_private_file(unfinished, content);
    rename_durably(unfinished, file);
}

void rename_durably(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::rename(from, to, error);
    if (error) fail("rename " + from.string() + " to", to, error.value());
    sync_directory(parent_of(to));
}

void remove_tree(const fs::path& path) {
    std::error_code error;
    fs::remove_all(path, error);
    if (error) fail("remove", path, error.value());
}

}  // namespace consularia::infra
