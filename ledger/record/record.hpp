#pragma once
// A record: one event, caused by one command, with its place in the ledger. docs/events.md
// describes its bytes, a CloudEvents 1.0 event in structured JSON.

#include "ledger/record/aggregates.hpp"
#include "ledger/record/hash.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace consularia::ledger {

/// Counts the facts of one organization: 1, 2, 3 … without gaps.
using Sequence = std::uint64_t;

/// The largest value of a record, in bytes; checked when a record is sealed.
inline constexpr std::size_t kMaxRecordBytes = 4 * 1024 * 1024;

/// The last fact of an organization; sequence 0 and zero hash when it has none.
struct Head {
    Sequence sequence = 0;
    Hash hash{};
    domain::Timestamp time{};

    friend bool operator==(const Head&, const Head&) = default;
};

/// Who acted.
struct AdminActor {
    friend bool operator==(const AdminActor&, const AdminActor&) = default;
};

struct TokenActor {
    domain::TokenId token;
    friend bool operator==(const TokenActor&, const TokenActor&) = default;
};

/// A participant with an access link.
struct ParticipantActor {
    domain::ParticipantId participant;
    friend bool operator==(const ParticipantActor&, const ParticipantActor&) = default;
};

/// A part of the system, e.g. "deadlines".
struct SystemActor {
    std::string name;
    friend bool operator==(const SystemActor&, const SystemActor&) = default;
};

using Actor = std::variant<AdminActor, TokenActor, ParticipantActor, SystemActor>;

/// `admin`, `tokens/<id>`, `participants/<id>` or `system/<name>`.
[[nodiscard]] std::string to_string(const Actor& actor);

/// How a request is known: `shown` is what its answer shows as X-Request-ID, the client's or ours;
/// `own` is always ours. Both empty when no request caused a command.
struct RequestIds {
    std::string shown;
    std::string own;
};

/// A client's Idempotency-Key: as it was sent, and as a keyed hash (RecordCodec::forms_of). A
/// record holds one of the two.
struct KeyForms {
    std::string sent;
    std::string hashed;
};

/// A client's Idempotency-Key, in one of its forms, and a keyed hash of the request.
struct Idempotency {
    std::string key;
    Hash request_hash{};

    friend bool operator==(const Idempotency&, const Idempotency&) = default;
};

/// A record without its event.
struct Envelope {
    domain::EventId id;
    domain::OrganizationId organization;
    Sequence sequence = 0;
    Hash prevhash{};
    domain::Timestamp time{};
    Actor actor;
    std::string request_id;  ///< Which one of RequestIds it is depends on the record's form.
    std::optional<Idempotency> idempotency;

    friend bool operator==(const Envelope&, const Envelope&) = default;
};

struct Record : Envelope {
    RecordEvent event;

    friend bool operator==(const Record&, const Record&) = default;
};

/// The event's CloudEvents type, e.g. "dev.consularia.appointment.scheduled.v1".
[[nodiscard]] std::string_view type_of(const RecordEvent& event);

/// The name under which an organization remembers a record's Idempotency-Key: the admin's keys are
/// separate from all others. A key itself contains no blanks.
[[nodiscard]] std::string remembered_name(const Actor& actor, std::string_view stored_key);

/// The names under which the organization may remember the actor's key: one for each form, since
/// nodes that share a log may write different ones.
[[nodiscard]] std::array<std::string, 2> remembered_names(const Actor& actor, const KeyForms& key);

}  // namespace consularia::ledger
