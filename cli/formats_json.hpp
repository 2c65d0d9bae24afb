#pragma once
// What `ledger formats` prints, as JSON.

#include "ledger/log/format_census.hpp"
#include "ledger/record/record_codec.hpp"

#include <string>

namespace consularia::cli {

struct Formats {
    const ledger::FormatCensus& census;
    ledger::WriteFormat written;
    ledger::WriteFormat by_default;
};

/// One object, without a line break.
[[nodiscard]] std::string to_line(const Formats& formats);

}  // namespace consularia::cli
