#pragma once
// `consularia serve`: the whole program, wired together.

#include "node/options.hpp"

namespace consularia::node {

/// Serves until SIGINT or SIGTERM, then drains. Throws with one clear sentence when it cannot
/// start.
void serve(const ServeOptions& options);

}  // namespace consularia::node
