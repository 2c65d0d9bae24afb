#pragma once
// Files and directories that survive a crash of the machine.

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace consularia::infra {

/// `path` with this appended to its name.
[[nodiscard]] std::filesystem::path with_suffix(
    const std::filesystem::path& path, std::string_view suffix
);

/// The bytes of the path's file system that an unprivileged writer may still use. Throws
/// StorageError.
[[nodiscard]] std::uint64_t available_bytes(const std::filesystem::path& path);

/// Throws StorageError if no file can be written into the directory at the moment, or if there are
/// not enough file descriptors for a database. Leaves nothing behind.
void try_writing(const std::filesystem::path& directory);

/// Makes the names in the directory durable. Throws StorageError.
void sync_directory(const std::filesystem::path& directory);

/// Writes a file that must not exist yet, readable by its owner only, and makes it durable. Throws
/// StorageError; then the file does not exist, unless it existed before.
void write_new_private_file(const std::filesystem::path& file, std::string_view content);

/// Gives a file this content, as write_new_private_file() does, whether or not it exists: after a
/// crash it has the old content or the new one. Throws StorageError.
void replace_private_file(const std::filesystem::path& file, std::string_view content);

/// Renames; `to` may be an empty directory. Throws StorageError.
void rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);

/// Removes a file or a directory with its contents, if it exists. Throws StorageError.
void remove_tree(const std::filesystem::path& path);

}  // namespace consularia::infra
