#pragma once
// The keys of all rows. Their bytewise order is the order in which the tables are read: numbers are
// big-endian, moments have their sign flipped, ids are their 16 bytes.

#include "domain/ids.hpp"
#include "domain/organization/organization.hpp"
#include "domain/time.hpp"
#include "ledger/record/acceptance.hpp"
#include "ledger/record/record.hpp"
#include "tables/numbers.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace consularia::projections::keys {

using tables::append_number;
using tables::number_in;

inline constexpr std::string_view kFingerprint = "fingerprint";
inline constexpr std::string_view kVocabulary = "vocabulary";

/// meta: a type of events that this store lacks, because its writer skipped them.
inline constexpr std::string_view kSkipped = "skipped/";
[[nodiscard]] std::string skipped(std::string_view type);

/// meta: how far a partition was applied.
[[nodiscard]] std::string checkpoint(ledger::Partition partition);

/// heads, frozen and organizations; the beginning of every other key of an organization.
[[nodiscard]] std::string organization(domain::OrganizationId id);

/// appointments, states and activity; the beginning of an appointment's other keys.
[[nodiscard]] std::string appointment(
    domain::OrganizationId organization, domain::AppointmentId id
);

[[nodiscard]] std::string token(
    domain::OrganizationId organization, const domain::SecretHash& secret
);

[[nodiscard]] std::string idempotency(
    domain::OrganizationId organization, std::string_view remembered_name
);

/// idempotency_age and counted_times.
[[nodiscard]] std::string fact(domain::OrganizationId organization, ledger::Sequence sequence);

/// activity: the row of a participant who has joined.
[[nodiscard]] std::string joined(
    domain::OrganizationId organization, domain::AppointmentId id, domain::ParticipantId participant
);

/// changes: the later the fact, the earlier its key. These rows stay when the appointment is
/// deleted, as the journal does: answers that are repeated afterwards are made from them.
[[nodiscard]] std::string change(
    domain::OrganizationId organization, domain::AppointmentId id, ledger::Sequence sequence
);

/// history: an appointment's events by its own count of them. These rows stay, too.
[[nodiscard]] std::string history(
    domain::OrganizationId organization, domain::AppointmentId id, domain::Version version
);

/// issued_tokens.
[[nodiscard]] std::string issued_token(domain::OrganizationId organization, domain::TokenId id);

/// next_deadlines and deadline_starts: the beginning of a partition's keys.
[[nodiscard]] std::string partition(ledger::Partition partition);

/// meta: the time of the newest record of a partition.
[[nodiscard]] std::string newest(ledger::Partition partition);

/// An appointment's place in a list by start (ranked_list.hpp).
[[nodiscard]] std::string place(domain::Timestamp start, domain::AppointmentId id);
/// Sorts before every appointment with this start or a later one, and after all others.
[[nodiscard]] std::string place(domain::Timestamp start);

/// The place of an appointment's fact. Without an id: sorts before every fact from this one on.
[[nodiscard]] std::string change_place(ledger::Sequence sequence, domain::AppointmentId id);
[[nodiscard]] std::string change_place(ledger::Sequence sequence);

/// An organization's place in the list of all.
[[nodiscard]] std::string place(domain::Timestamp created_at, domain::OrganizationId id);

/// The organization at the beginning of a key.
[[nodiscard]] domain::OrganizationId organization_in(std::string_view key);
/// The moment and the organization of a place().
[[nodiscard]] domain::Timestamp time_of_place(std::string_view place);
[[nodiscard]] domain::OrganizationId organization_of_place(std::string_view place);
/// The appointment of a key that ends with place() or change_place().
[[nodiscard]] domain::AppointmentId appointment_in(std::string_view key);
/// The participant of a key made by joined().
[[nodiscard]] domain::ParticipantId participant_in(std::string_view key);
/// The sequence of a key made by change().
[[nodiscard]] ledger::Sequence changed_by(std::string_view key);
/// The sequence of a key that ends with one.
[[nodiscard]] ledger::Sequence sequence_in(std::string_view key);

/// The smallest key after this one.
[[nodiscard]] std::string after(std::string_view key);
/// The smallest key after all that begin with this prefix; empty when there is none.
[[nodiscard]] std::string after_all(std::string_view prefix);

}  // namespace consularia::projections::keys
