#pragma once
// Copies a ledger, what is read of it, and the secrets into a directory of their own, beside a
// running server. Copying again adds what is new.

#include "ledger/log/ledger.hpp"
#include "node/data_dir.hpp"
#include "node/ledger_backend.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace consularia::node {

struct BackupResult {
    std::uint64_t records = 0;  ///< The ledger's, up to where the backup reaches now.
    std::uint64_t added = 0;    ///< Those that the backup did not have before.
};

/// Brings the backup in `to` up to the ledger's present end, and reads again what was added. If
/// this is interrupted, by a crash too, it is continued by the next call; the backup was then never
/// anything but the ledger as it had been at some moment.
///
/// `known` (by partition; may be shorter) is how far the ledger must reach. Throws UsageError if
/// `to` contains something else, LedgerMismatch if the backup is not one of this ledger or has
/// records that it lacks, StorageError.
[[nodiscard]] BackupResult back_up(
    const LedgerBackend& source, const std::vector<ledger::Position>& known, const DataDir& to
);

/// The secrets file of a server with this data directory. Throws UsageError if there is none.
[[nodiscard]] std::filesystem::path secrets_file_of(
    const DataDir& dir, const std::string& named_file
);

/// Copies the secrets file, with its SHA-256 beside it. Throws SecretsError, StorageError.
void back_up_secrets(const std::filesystem::path& file, const DataDir& to);

/// What is wrong with the backup's secrets, as a sentence; empty if nothing is.
[[nodiscard]] std::string fault_in_secrets(const DataDir& backup);

}  // namespace consularia::node
