#pragma once
// The names of types that this binary does not know, as far as they can be shown.

#include <string_view>

namespace consularia::ledger {

/// Whether the name looks like one of ours: then it contains nothing personal.
[[nodiscard]] bool looks_like_ours(std::string_view type);

}  // namespace consularia::ledger
