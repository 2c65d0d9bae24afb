#pragma once
// `consularia projections rebuild`: the read store made anew from the ledger.

#include "node/options.hpp"

namespace consularia::cli {

/// Side by side, then swapped in. Throws when the server runs on the data directory.
void rebuild_projections(const node::ServeOptions& options);

}  // namespace consularia::cli
