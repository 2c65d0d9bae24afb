#pragma once
// Files and directories that nobody else may read: secrets, passwords, the data itself.

#include <filesystem>
#include <optional>
#include <string>

namespace consularia::infra {

/// New files and directories of this process are its owner's only, whatever umask it was started
/// with. Files that libraries make are meant, too.
void keep_new_files_private();

/// Why others than its owner can read or write the file, as the end of a sentence about it with
/// what to do; empty when they cannot, or when there is no such file. A file of root that a group
/// of ours may read is private enough: orchestrators mount secrets that way.
[[nodiscard]] std::optional<std::string> exposure_of(const std::filesystem::path& file);

/// Makes the directory and those above it, unless they are there; then it and all in it are their
/// owner's only (modes 0700 and 0600), whatever made them. What belongs to somebody else stays open
/// to a group. Throws StorageError.
void make_private_directory(const std::filesystem::path& directory);

}  // namespace consularia::infra
