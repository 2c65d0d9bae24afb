#pragma once
// The `data` of an appointment's events (docs/events.md).

#include "base/json_writer.hpp"
#include "domain/appointment/events.hpp"
#include "ledger/record/json_reader.hpp"

#include <cstddef>
#include <optional>

namespace consularia::ledger {

/// Writes the members of the data object, which is already open.
void write_data(JsonWriter& json, const domain::AppointmentEvent& event);

/// The event whose type is kAppointmentTypes[type]; empty when the reader has complained.
[[nodiscard]] std::optional<domain::AppointmentEvent> read_appointment_event(
    std::size_t type, const JsonReader& data
);

}  // namespace consularia::ledger
