#pragma once
// Which format a record shows to have been written in. No record states its format.

#include "ledger/record/record.hpp"
#include "ledger/record/record_codec.hpp"

#include <optional>

namespace consularia::ledger {

/// Empty if the record looks the same in all formats: it has no mark `skippable`, no
/// Idempotency-Key, and no id of a request that a client chose. A client whose key has 64 hex
/// digits makes a record of format 1 look like one of format 2.
[[nodiscard]] std::optional<WriteFormat> shown_format(const Envelope& record, bool marked);

}  // namespace consularia::ledger
