#pragma once
// Puts a backup in the place of what a data directory contains. What was there is moved aside, and
// the directory remembers that it was restored.

#include "ledger/log/ledger.hpp"
#include "node/data_dir.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace consularia::node {

struct Restored {
    ledger::Position end = 0;  ///< The ledger's, as it is now.
    /// How far the replaced one reached, by itself or by its witnesses; empty if there was none.
    std::optional<ledger::Position> replaced_end;
    std::filesystem::path aside;  ///< Where it is now; empty if there was nothing.
};

/// Copies the backup, then puts its ledger, journal and secrets in their places; the next start
/// builds the read store. Until everything is done, no server starts on the directory
/// (DataDir::expect_restored); after a crash it is to be called again. Throws UsageError if there
/// is a ledger or a trace of one and `replace` is false, StorageError, in particular if a server
/// runs.
///
/// The restore gets a line in DataDir::restores(), with the reason if there is one.
[[nodiscard]] Restored restore(
    const DataDir& backup, const DataDir& to, bool replace, const std::string& reason = {}
);

/// Logs the last restore of the directory, if there was one.
void log_last_restore(const DataDir& dir);

}  // namespace consularia::node
