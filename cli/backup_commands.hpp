#pragma once
// `consularia backup …`: a copy of ledger, journal and secrets, and back.

#include "node/options.hpp"

#include <string>

namespace consularia::cli {

struct BackupOptions {
    node::StoreOptions store;
    std::string secrets_file;  ///< Empty: <data-dir>/secrets.toml.
    std::string to;            ///< Where the backup is written.
    std::string from;          ///< Where there is one.
    std::string reason;        ///< Why it is restored; may be empty.
    bool force = false;        ///< Whether a ledger that is there may be replaced.
};

/// Makes the backup in `to`, or adds what is new to it, and prints what it contains then.
void back_up(const BackupOptions& options);

/// Puts the backup in `from` into the data directory, and prints what that replaced.
void restore_backup(const BackupOptions& options);

/// Checks everything in the backup in `from`, changes nothing, and prints what it contains. Throws
/// if a fault was found.
void verify_backup(const BackupOptions& options);

}  // namespace consularia::cli
