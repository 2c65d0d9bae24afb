#include "infra/private_files.hpp"

#include "ledger/log/storage_error.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace consularia::infra {
namespace {

namespace fs = std::filesystem;

bool is_group_of_ours(gid_t group) {
    if (group == ::getegid()) return true;
    const int count = ::getgroups(0, nullptr);
    if (count <= 0) return false;
    std::vector<gid_t> groups(static_cast<std::size_t>(count));
    if (::getgroups(count, groups.data()) < 0) return false;
    return std::ranges::find(groups, group) != groups.end();
}

[[noreturn]] void fail(const std::string& what, const fs::path& path, int error) {
    throw ledger::StorageError(
        path.string() + " cannot be " + what + ": " + std::system_category().message(error) + "."
    );
}

/// Files of other users stay open to their group, as in a mounted volume.
void close_to_others(const fs::path& path) {
    struct stat about {};

    if (::lstat(path.c_str(), &about) != 0) {
        if (errno == ENOENT) return;  // It was removed in the meantime.
        fail("read", path, errno);
    }
    const mode_t wanted = S_ISDIR(about.st_mode) ? S_IRWXU : about.st_mode & S_IRWXU;
    if ((about.st_mode & ALLPERMS) == wanted) return;
    if (::chmod(path.c_str(), wanted) == 0) return;
    if ((about.st_mode & S_IRWXO) != 0) fail("closed to others", path, errno);
}

}  // namespace

void keep_new_files_private() {
    ::umask(S_IRWXG | S_IRWXO);
}

std::optional<std::string> exposure_of(const fs::path& file) {
    struct stat about {};

    if (::stat(file.c_str(), &about) != 0) return std::nullopt;
    const mode_t others = about.st_mode & (S_IRWXG | S_IRWXO);
    if (others == 0) return std::nullopt;
    if (others == S_IRGRP && about.st_uid == 0 && is_group_of_ours(about.st_gid)) {
        return std::nullopt;
    }
    return "can be read by others than its owner: run chmod 600 " + file.string();
}

void make_private_directory(const fs::path& directory) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (error) fail("made", directory, error.value());
    close_to_others(directory);
    // What this user may not list is another user's.
    constexpr auto kSkip = fs::directory_options::skip_permission_denied;
    auto entry = fs::recursive_directory_iterator(directory, kSkip, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        if (!entry->is_symlink()) close_to_others(entry->path());
    }
    if (error) fail("read", directory, error.value());
}

void expect_to_own(const fs::path& directory) {
    struct stat about {};

    if (::stat(directory.c_str(), &about) != 0) {
        if (errno == ENOENT) return;
        fail("read", directory, errno);
    }
    if (about.st_uid == ::geteuid()) return;
    throw ledger::StorageError(
        directory.string() +
        " belongs to another user: run this as that user, or the server cannot "
        "read the new files."
    );
}

}  // namespace consularia::infra
