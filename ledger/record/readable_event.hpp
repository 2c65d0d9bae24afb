#pragma once
// What consumers get to see of a fact (docs/events.md, Readable events).

#include <string>
#include <string_view>

namespace consularia::ledger {

struct ReadableEvent {
    std::string type;     ///< Empty if the fact has none.
    std::string subject;  ///< Empty if the fact has none.
    std::string json;     ///< A CloudEvents event in structured JSON, on one line.
};

enum class EventPart {
    full,
    thin,  ///< Without `data`.
};

/// The fact's attributes as recorded, in their order and form, without those that only auditors
/// need: `idempotencykey`, `requesthash` and `prevhash`, and in `data` the `secret_sha256` of a
/// `token`. Any fact has this form, also one that this version cannot read. Precondition: the
/// acceptance rule takes the value for a fact.
[[nodiscard]] ReadableEvent readable_event(std::string_view fact, EventPart part = EventPart::full);

}  // namespace consularia::ledger
