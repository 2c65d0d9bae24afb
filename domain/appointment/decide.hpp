#pragma once
// The rules of an appointment: one overload per pair of state and command (docs/api.md, States).

#include "domain/appointment/appointment.hpp"
#include "domain/appointment/commands.hpp"
#include "domain/appointment/events.hpp"
#include "domain/rejection.hpp"

#include <optional>

namespace consularia::domain {

/// The event that the command leads to, nothing when it changes nothing, or why it is refused.
/// Checks come in this order: unknown, items, version, state.
[[nodiscard]] Result<std::optional<AppointmentEvent>> decide(
    const Appointment& state, const AppointmentCommand& command, Timestamp now
);

}  // namespace consularia::domain
