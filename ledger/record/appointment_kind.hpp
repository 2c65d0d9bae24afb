#pragma once
// Appointments as a kind of aggregate: see AggregateKind in ledger/record/aggregates.hpp.

#include "domain/appointment/commands.hpp"
#include "domain/appointment/decide.hpp"
#include "domain/appointment/evolve.hpp"
#include "ledger/record/appointment_event_codec.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace consularia::ledger {

struct AppointmentKind {
    using Id = domain::AppointmentId;
    using State = domain::Appointment;
    using Command = domain::AppointmentCommand;
    using Event = domain::AppointmentEvent;

    static constexpr bool kVersioned = true;
    static constexpr bool kSkippable = false;

    static Id target_of(const Command& command, domain::OrganizationId) {
        return domain::target_of(command);
    }

    static EventTypes<Event> event_types() { return appointment_event_types(); }

    static std::string subject_of(const Id& id, const Event&);
    static std::optional<Id>
    read_id(const JsonReader& record, domain::OrganizationId, const Event&);

    static std::size_t bytes_of(const Command& command);
    static std::size_t bytes_of(const State& state);
    /// Includes the entries of the lists that contain the appointment or a participant.
    static std::size_t bytes_written(const State& before, const Event& event, const State& after);
};

}  // namespace consularia::ledger
