#pragma once
// The CloudEvents types of our events. Stored for ever: a name is never changed or reused.

#include "domain/appointment/events.hpp"
#include "domain/organization/organization.hpp"

#include <array>
#include <string_view>
#include <variant>

namespace consularia::ledger {

/// One name per alternative of the variant, in its order.
template <class Event>
using TypeNames = std::array<std::string_view, std::variant_size_v<Event>>;

inline constexpr TypeNames<domain::AppointmentEvent> kAppointmentTypes{
    "dev.consularia.appointment.scheduled.v1",
    "dev.consularia.appointment.updated.v1",
    "dev.consularia.appointment.started.v1",
    "dev.consularia.appointment.completed.v1",
    "dev.consularia.appointment.missed.v1",
    "dev.consularia.appointment.deleted.v1",
    "dev.consularia.appointment.participants_added.v1",
    "dev.consularia.appointment.participants_removed.v1",
    "dev.consularia.appointment.participant_updated.v1",
    "dev.consularia.appointment.participant_joined.v1",
};

inline constexpr std::array<std::string_view, 5> kOrganizationTypes{
    "dev.consularia.organization.created.v1",
    "dev.consularia.organization.token_issued.v1",
    "dev.consularia.organization.token_revoked.v1",
    "dev.consularia.organization.created.v2",
    "dev.consularia.organization.token_issued.v2",
};

}  // namespace consularia::ledger
