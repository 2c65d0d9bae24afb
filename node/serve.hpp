#pragma once
// `consularia serve`: wires the whole program together.

#include "node/options.hpp"

namespace consularia::node {

/// Serves until SIGINT or SIGTERM, then drains. Throws with one clear sentence if it cannot start.
void serve(const ServeOptions& options);

}  // namespace consularia::node
