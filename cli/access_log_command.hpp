#pragma once
// `consularia audit access-log`: how auditors have used their tokens.

#include "node/options.hpp"

#include <string>

namespace consularia::cli {

/// Prints the lines of the access log, of one organization or of all, as they are in the files,
/// then says on standard error which ones they are. Throws at the first line that is not what
/// was written: a sentence that names it. Works beside a running server.
void print_access_log(const std::string& data_dir, const std::string& organization);

}  // namespace consularia::cli
