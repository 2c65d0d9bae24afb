#pragma once
// Files and directories that survive a crash of the machine.

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace consularia::infra {

/// The path next to `path` whose name has this at its end.
[[nodiscard]] std::filesystem::path with_suffix(
    const std::filesystem::path& path, std::string_view suffix
);

/// What an unprivileged writer may still use of the path's file system. Throws StorageError.
[[nodiscard]] std::uint64_t available_bytes(const std::filesystem::path& path);

/// Throws StorageError when no file can be written into the directory at the moment, or when there
/// are not enough file descriptors for a database. Leaves nothing behind.
void try_writing(const std::filesystem::path& directory);

/// Makes the names in the directory durable. Throws StorageError.
void sync_directory(const std::filesystem::path& directory);

/// Writes a file that must not exist yet, readable by its owner only, and makes it durable. Throws
/// StorageError; then there is no such file, unless there was one before.
void write_new_private_file(const std::filesystem::path& file, std::string_view content);

/// Renames; `to` may be an empty directory. Throws StorageError.
void rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);

/// Removes a file or a directory with all that is in it, if it exists. Throws StorageError.
void remove_tree(const std::filesystem::path& path);

/// Puts the directory `from` in the place of `to`, which may exist. Both are in the same directory
/// and closed. After a crash in the midst of it finish_replacing() completes or clears away what is
/// left. Throws StorageError.
void replace_directory(const std::filesystem::path& from, const std::filesystem::path& to);

/// At every start, before `to` is used: completes a replacement that had begun, else removes an
/// unfinished `from`. Throws StorageError.
void finish_replacing(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace consularia::infra
