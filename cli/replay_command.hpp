#pragma once
// `consularia ledger replay`: a data directory of the past, to be served by `serve --read-only`.

#include "node/options.hpp"

#include <string>

namespace consularia::cli {

struct ReplayOptions {
    /// The new data directory, what its rows are made with, and the topic if it comes from one.
    node::ServeOptions serve;
    std::string from_data_dir;  ///< An embedded ledger's, or a backup; empty: the topic.
    std::string as_of;          ///< A datetime, or "now".
};

/// Copies the facts up to the moment into the new directory, and builds its read store. Works
/// beside a running server. Throws UsageError, StorageError.
void replay_ledger(const ReplayOptions& options);

}  // namespace consularia::cli
