#pragma once
// `consularia projections …`: builds read stores from the journal.

#include "node/options.hpp"

namespace consularia::cli {

/// Asks the server that runs on the data directory, and waits until the new read store serves; if
/// there is none, builds it. Shows the progress. Throws StorageError, in particular if the server
/// ends before.
void rebuild_projections(const node::ServeOptions& options);

/// Builds the read store that this version needs, beside a server of another version, and says what
/// it did. Shows the progress. Throws StorageError.
void prepare_projections(const node::ServeOptions& options);

}  // namespace consularia::cli
