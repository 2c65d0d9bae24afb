#pragma once
// Files and directories that only their owner may read: secrets, passwords, the data itself.

#include <filesystem>
#include <optional>
#include <string>

namespace consularia::infra {

/// Makes new files and directories of this process accessible to its owner only, whatever umask it
/// was started with, including files that libraries create.
void keep_new_files_private();

/// How users other than the owner can read or write the file, as the end of a sentence that
/// includes the remedy; empty if they cannot, or if the file does not exist. A file of root that
/// one of our groups may read is private enough: orchestrators mount secrets that way.
[[nodiscard]] std::optional<std::string> exposure_of(const std::filesystem::path& file);

/// Creates the directory and its parents if they are absent, then restricts it and its contents to
/// their owner (modes 0700 and 0600), whatever created them. Files of other users stay open to a
/// group; their directories are left alone if this user may not list them. Throws StorageError.
void make_private_directory(const std::filesystem::path& directory);

/// Throws StorageError if the directory exists and belongs to another user, who could not read what
/// this process puts there.
void expect_to_own(const std::filesystem::path& directory);

}  // namespace consularia::infra
