#pragma once
// An event as `consularia events tail` prints it.

#include <string>
#include <string_view>

namespace consularia::cli {

/// The fact's time, sequence, type, subject and actor, and with `organization` its organization's
/// id, separated by blanks. What is missing, or is no word of visible ASCII, is shown as `-`.
[[nodiscard]] std::string event_line(std::string_view fact, bool organization);

}  // namespace consularia::cli
