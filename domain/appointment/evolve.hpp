#pragma once
// How an event changes an appointment.

#include "domain/appointment/appointment.hpp"
#include "domain/appointment/events.hpp"
#include "domain/transition.hpp"

#include <tl/expected.hpp>

namespace consularia::domain {

using Occurrence = OccurrenceOf<AppointmentId>;

/// Whether the event changes what a client sees of the appointment. A join that changes no state
/// does not.
[[nodiscard]] bool shows(const AppointmentEvent& event);

/// The state after the event. Accepts everything that decide emits for the state (with version +
/// 1), and rejects events that none of our states could have led to. It compares ids, roles, times
/// and settings, never personal values (title, unique_id, display_name): a reader who no longer
/// has those has other texts in their place. Never aborts: events come from the log.
[[nodiscard]] tl::expected<Appointment, ImpossibleTransition> evolve(
    Appointment state, const AppointmentEvent& event, const Occurrence& occurrence
);

}  // namespace consularia::domain
