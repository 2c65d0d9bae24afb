#pragma once
// A record's value, read once for both of its readers: the acceptance rule and the codec. They
// accept different values: what the codec cannot read may still be a fact.

#include "ledger/record/acceptance.hpp"
#include "ledger/record/json_text.hpp"

#include <optional>
#include <string_view>

namespace consularia::ledger {

/// Refers to the value's bytes.
struct ParsedValue {
    std::optional<ChainLink> link;   ///< What read_chain_link() returns.
    std::optional<JsonText> object;  ///< If it is strict; empty if there is a record.
    const Record* sealed =
        nullptr;  ///< The record that these bytes were made of, if it is at hand.
};

[[nodiscard]] ParsedValue parse_value(std::string_view value);

/// The same for the bytes that RecordCodec::encode() made of the record, which outlives the result.
[[nodiscard]] ParsedValue value_of(const Record& sealed);

}  // namespace consularia::ledger
