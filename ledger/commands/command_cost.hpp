#pragma once
// Approximately how many bytes a command costs in the queue before it is decided.

#include "ledger/commands/command.hpp"

#include <cstddef>

namespace consularia::ledger {

/// The estimated size of the command's record before it is decided, which is also approximately
/// what the command occupies while it waits. For a command on an existing thing this is the small
/// part: the cost of reading and writing that thing is known only once the command is decided.
[[nodiscard]] std::size_t estimate_bytes(const Submission& submission);

}  // namespace consularia::ledger
