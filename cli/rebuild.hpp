#pragma once
// `consularia projections rebuild`: builds the read store again from the ledger.

#include "node/options.hpp"

namespace consularia::cli {

/// Builds it beside the present one, then swaps them. Throws if a server runs on the data
/// directory.
void rebuild_projections(const node::ServeOptions& options);

}  // namespace consularia::cli
