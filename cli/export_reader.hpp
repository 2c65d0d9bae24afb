#pragma once
// Reads the file of an export in pieces, whose lines several threads digest while they are in the
// order of the file for the verifier.

#include "cli/export_verifier.hpp"

#include <string>

namespace consularia::cli {

/// Hands all lines to the verifier, and returns what its finish() does. Uses a few megabytes,
/// however large the file is. Throws CannotTell if it cannot be read.
[[nodiscard]] std::string read_export(const std::string& file, ExportVerifier& verifier);

}  // namespace consularia::cli
