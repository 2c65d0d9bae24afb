#pragma once
// What the metrics call the replies to commands.

#include "ledger/commands/command.hpp"

#include <string_view>

namespace consularia::node {

/// "accepted", "refused", …
[[nodiscard]] std::string_view name_of(const ledger::Reply& reply);

}  // namespace consularia::node
