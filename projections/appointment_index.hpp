#pragma once
// An appointment's places in the lists, and its deadline.

#include "domain/appointment/appointment.hpp"
#include "ledger/record/acceptance.hpp"
#include "projections/known_ranks.hpp"
#include "projections/read_store.hpp"
#include "projections/recent_appointments.hpp"
#include "projections/stored_appointment.hpp"

namespace consularia::projections {

/// Moves the appointment from its places before to its places after; how much that writes is what
/// AppointmentKind::bytes_written estimates. `known` is what the partition's worker knows about
/// ranks.
void index_appointment(
    WriteSet& writes,
    KnownRanks& known,
    ledger::Partition partition,
    const AppointmentKey& key,
    const domain::Appointment& before,
    const domain::Appointment& after
);

/// Moves the appointment's entries in by_change.
void index_changes(
    WriteSet& writes,
    KnownRanks& known,
    const AppointmentKey& key,
    const StoredAppointment& before,
    const StoredAppointment& after
);

}  // namespace consularia::projections
