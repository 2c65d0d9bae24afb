#pragma once
// An appointment as its rows have it, but for its place in the lists. Three tables share it:
//     appointments  its JSON: written when the representation changes, read by every GET
//     states        its state: written when the representation changes, read to decide and to apply
//     activity      its last fact and version, and for each participant who joined when that was
//                   last: small rows of their own, because a join changes nothing else

#include "domain/appointment/appointment.hpp"
#include "ledger/record/record.hpp"
#include "projections/read_store.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace consularia::projections {

/// What happened since a whole state was last kept among the changes.
struct Unkept {
    std::uint64_t facts = 0;
    std::uint64_t bytes = 0;  ///< Of their records.

    friend bool operator==(const Unkept&, const Unkept&) = default;
};

/// The last fact of an appointment that is there, and its version.
struct Activity {
    ledger::Sequence sequence = 0;
    domain::Version version = 0;

    friend bool operator==(const Activity&, const Activity&) = default;
};

struct StoredAppointment {
    domain::Appointment state;
    ledger::Sequence sequence = 0;  ///< Of its last fact; 0 when it is absent.
    Unkept unkept;
    std::size_t bytes = 0;  ///< Of the row in `states`.
};

/// About how much memory it takes.
[[nodiscard]] std::size_t bytes_in_memory(const StoredAppointment& stored);

/// Empty when it is absent.
[[nodiscard]] std::optional<Activity> find_activity(
    const Reader& reader, domain::OrganizationId organization, domain::AppointmentId id
);

/// With its joins.
[[nodiscard]] StoredAppointment read_appointment(
    const Reader& reader, domain::OrganizationId organization, domain::AppointmentId id
);

}  // namespace consularia::projections
