#pragma once
// A record's value, parsed once for both of its readers: the acceptance rule and the codec. They
// accept different values: what the codec cannot read may still be a fact.

#include "ledger/record/acceptance.hpp"
#include "ledger/record/strict_json.hpp"

#include <optional>
#include <string_view>

namespace consularia::ledger {

struct ParsedValue {
    std::optional<ChainLink> link;  ///< What read_chain_link() returns.
    std::optional<Json> object;     ///< What parse_strict() returns.
};

[[nodiscard]] ParsedValue parse_value(std::string_view value);

}  // namespace consularia::ledger
