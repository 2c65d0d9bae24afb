#pragma once

// What commands print.

namespace consularia::cli {

/// Throws when what was printed on standard output could not be written.
void finish_output();

}  // namespace consularia::cli
