#pragma once
// Reads the file of an export in pieces, whose lines several threads digest while they are in the
// order of the file for the verifier.

#include "cli/export_verifier.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace consularia::cli {

/// Hands all lines to the verifier, and returns what its finish() does. Uses a few megabytes,
/// however large the file is. Throws CannotTell if it cannot be read.
[[nodiscard]] std::string read_export(const std::string& file, ExportVerifier& verifier);

/// Calls back with every line but the last, which is the head's, and returns that one. Throws
/// CannotTell if the file cannot be read.
std::string for_each_record_line(
    const std::string& file, const std::function<void(std::string_view)>& take
);

}  // namespace consularia::cli
