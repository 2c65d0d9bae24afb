#pragma once
// An appointment as stored in its rows, without its places in the lists. Three tables share it:
//     appointments  its JSON: written when the representation changes, read by every GET
//     states        its state: written when the representation changes, read to decide and to apply
//     activity      its last fact and version, and what lists ask about it; and for each
//     participant
//                   who joined when that was last: small rows of their own, because a join changes
//                   nothing else

#include "domain/appointment/appointment.hpp"
#include "ledger/record/record.hpp"
#include "projections/read_store.hpp"
#include "projections/rows.hpp"

#include <cstddef>
#include <optional>

namespace consularia::projections {

struct StoredAppointment {
    domain::Appointment state;
    ledger::Sequence sequence = 0;  ///< The sequence of its last fact; 0 if there is none.
    Unkept unkept;
    std::size_t bytes = 0;         ///< The size of the row in `states`.
    ledger::Sequence updated = 0;  ///< The fact that last changed the representation.
};

/// Approximately how much memory it takes.
[[nodiscard]] std::size_t bytes_in_memory(const StoredAppointment& stored);

/// Empty if it never existed.
[[nodiscard]] std::optional<Activity> find_activity(
    const Reader& reader, domain::OrganizationId organization, domain::AppointmentId id
);

/// What is left of a deleted one.
[[nodiscard]] StoredAppointment deleted(const Activity& activity);

/// With its joins.
[[nodiscard]] StoredAppointment read_appointment(
    const Reader& reader, domain::OrganizationId organization, domain::AppointmentId id
);

}  // namespace consularia::projections
