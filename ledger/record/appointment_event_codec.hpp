#pragma once
// The `data` of an appointment's events (docs/events.md).

#include "base/json_writer.hpp"
#include "domain/appointment/events.hpp"
#include "ledger/record/event_types.hpp"

#include <string_view>

namespace consularia::ledger {

/// Every type that these events have, or had once.
[[nodiscard]] EventTypes<domain::AppointmentEvent> appointment_event_types();

/// The name of the type under which the event is written.
[[nodiscard]] std::string_view type_of(const domain::AppointmentEvent& event);

/// Writes the members of the data object, which is already open.
void write_data(JsonWriter& json, const domain::AppointmentEvent& event);

}  // namespace consularia::ledger
