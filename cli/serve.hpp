#pragma once
// `consularia serve`: runs the server as a process.

#include "node/options.hpp"

namespace consularia::cli {

/// Serves until SIGINT or SIGTERM, then drains. Throws with one clear sentence if it cannot start.
void serve(const node::ServeOptions& options);

}  // namespace consularia::cli
