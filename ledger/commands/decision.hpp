#pragma once
// The result of a command on a given state: a record for the log, or an answer without one.

#include "ledger/commands/command.hpp"
#include "ledger/commands/overlay.hpp"
#include "ledger/record/record_codec.hpp"

#include <chrono>
#include <string>
#include <variant>

namespace consularia::ledger {

/// A record and its final bytes.
struct Sealed {
    Record record;
    std::string value;
    Hash hash{};
};

/// The event as the next record after `head`.
[[nodiscard]] Sealed seal(
    const RecordCodec& codec,
    const Submission& submission,
    RecordEvent event,
    const Head& head,
    domain::Timestamp time
);

/// An answer is valid for exactly this state: it may be sent only if that state was settled and not
/// older than the command.
using Decision = std::variant<Sealed, Reply>;

/// Checks in this order: frozen, the actor's token, Idempotency-Key, the rules of the domain, size.
/// `clock` is the wall clock; the record's time is later than its predecessor's in any case.
[[nodiscard]] Decision decide(
    const RecordCodec& codec,
    const Submission& submission,
    const Overlay& state,
    domain::Timestamp clock,
    std::chrono::microseconds idempotency_ttl
);

}  // namespace consularia::ledger
