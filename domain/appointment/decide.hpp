#pragma once
// The rules of an appointment: one overload per pair of state and command (docs/api.md, States).

#include "domain/appointment/appointment.hpp"
#include "domain/appointment/commands.hpp"
#include "domain/appointment/events.hpp"
#include "domain/rejection.hpp"

#include <optional>

namespace consularia::domain {

/// The event that the command leads to, nothing if it changes nothing, or why it is refused. The
/// order of the checks is: unknown, items, version, state.
[[nodiscard]] Result<std::optional<AppointmentEvent>> decide(
    const Appointment& state, const AppointmentCommand& command, Timestamp now
);

}  // namespace consularia::domain
