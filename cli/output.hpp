#pragma once

// The output of commands.

namespace consularia::cli {

/// Throws if something printed on standard output could not be written.
void finish_output();

}  // namespace consularia::cli
