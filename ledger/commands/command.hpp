#pragma once
// A command on its way to the log, and its outcome.

#include "domain/rejection.hpp"
#include "ledger/log/clock.hpp"
#include "ledger/record/record.hpp"

#include <any>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <variant>

namespace consularia::ledger {

/// What the answer to a command needs to know about the fact. Each value includes those before it.
enum class Wanted {
    verdict,    ///< That it is one.
    state,      ///< The state of its aggregate right after it.
    rendering,  ///< What the read models show of that state.
};

/// How long a command may take before it is given up, unless an option says otherwise.
inline constexpr std::chrono::milliseconds kCommandDeadline{5000};

/// Made by the state store, read by the API; the ledger only hands it over. Empty if there is none.
using Rendering = std::any;

/// A client's Idempotency-Key and a keyed hash of the request.
struct RequestKey {
    KeyForms key;
    Hash request_hash{};
};

/// Everything that the worker needs to carry out one command.
struct Submission {
    domain::OrganizationId organization;
    Actor actor;
    /// That the actor's token must still have; without one, no token is accepted.
    std::optional<domain::Scope> scope = std::nullopt;
    RequestIds request;
    std::optional<RequestKey> idempotency;
    domain::EventId event_id;  ///< Stays the same if the command is decided again.
    Command command;
    Clock::Steady deadline{};  ///< After this the answer is Unavailable.
    Wanted wanted = Wanted::verdict;
};

/// One event was appended, is durable and settled.
struct Accepted {
    Head head;                   ///< The sequence, hash and time of that fact.
    std::optional<State> state;  ///< Right after the fact, if wanted.
    Rendering rendering;         ///< If wanted.
};

/// Nothing had to change; decided on settled state.
struct Unchanged {
    Sequence sequence = 0;       ///< The organization's head at that state.
    std::optional<State> state;  ///< If wanted.
};

/// The Idempotency-Key was used for the same request before: `sequence` is the fact that answered
/// it.
struct Replayed {
    Sequence sequence = 0;  ///< The sequence of the first answer's fact.
    Sequence head = 0;      ///< The organization's head now.
};

struct IdempotencyMismatch {
    Sequence head = 0;
};

/// The actor's token is unknown, revoked or expired.
struct Unauthorized {};

struct Refused {
    domain::Rejection rejection;
    Sequence head = 0;
};

/// The record would be larger than kMaxRecordBytes.
struct RecordTooLarge {};

/// The organization is frozen on this node.
struct Frozen {};

/// The time of the organization's newest record is the last possible moment: nothing can follow it.
struct NoTimeLeft {};

/// Below the free-space watermark.
struct OutOfStorage {};

/// Not carried out in time. `fate_unknown`: it may have been carried out, or may still be.
struct Unavailable {
    bool fate_unknown = false;
    std::string why;
};

using Reply = std::variant<
    Accepted,
    Unchanged,
    Replayed,
    IdempotencyMismatch,
    Unauthorized,
    Refused,
    RecordTooLarge,
    Frozen,
    NoTimeLeft,
    OutOfStorage,
    Unavailable>;

/// Called exactly once, on the worker's thread or another; must not block.
using ReplyHandler = std::function<void(Reply)>;

}  // namespace consularia::ledger
