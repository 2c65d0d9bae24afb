#pragma once
// What happened, for auditors: the events of an appointment, deleted or not, by its own count of
// them; tokens, revoked or not; and which fact was the last one at a moment.

#include "domain/organization/organization.hpp"
#include "projections/queries.hpp"
#include "projections/rows.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace consularia::projections {

/// How many events the appointment has had; 0 if it never existed.
[[nodiscard]] domain::Version count_events(
    const Past& past, domain::OrganizationId organization, domain::AppointmentId id
);

/// Empty if the appointment has no event of this version. An id that a foreign writer used again
/// after the deletion has the events of its last life.
[[nodiscard]] std::optional<HistoryRow> find_event(
    const Reader& reader,
    domain::OrganizationId organization,
    domain::AppointmentId id,
    domain::Version version
);

/// `limit` events from this version on, in their order.
[[nodiscard]] std::vector<HistoryRow> list_events(
    const Reader& reader,
    domain::OrganizationId organization,
    domain::AppointmentId id,
    domain::Version from,
    std::size_t limit
);

/// The last fact up to this one that changed what the appointment looks like; 0 without any. Past
/// states with the same one are the same.
[[nodiscard]] ledger::Sequence last_change(
    const Reader& reader,
    domain::OrganizationId organization,
    domain::AppointmentId id,
    ledger::Sequence sequence
);

/// A token as it was issued, also one that was revoked.
[[nodiscard]] std::optional<domain::TokenGrant> find_issued_token(
    const Reader& reader, domain::OrganizationId organization, domain::TokenId id
);

/// A fact of the journal as this binary reads it.
struct PastFact {
    ledger::Envelope envelope;                 ///< With the time that counts (docs/events.md).
    std::optional<ledger::RecordEvent> event;  ///< Empty: of an unknown type that was skipped.
    std::string type;
    std::size_t bytes = 0;  ///< The length of the record.
};

/// Throws StorageError if this binary cannot read the fact, or there is none: then the organization
/// is frozen, or the journal behind.
[[nodiscard]] PastFact read_fact(
    const Past& past, domain::OrganizationId organization, ledger::Sequence sequence
);

/// The last fact up to `head` whose time is not later than the moment; 0 if there is none. Reads as
/// many facts as the head has binary digits.
[[nodiscard]] ledger::Sequence last_fact_until(
    const Past& past,
    domain::OrganizationId organization,
    ledger::Sequence head,
    domain::Timestamp moment
);

}  // namespace consularia::projections
