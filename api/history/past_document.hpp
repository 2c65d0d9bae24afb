#pragma once
// An appointment as it was, for who may look at the past.

#include "domain/appointment/appointment.hpp"
#include "domain/ids.hpp"

#include <string>

namespace consularia::api {

/// Its JSON with null in place of access links: they would open the door today, and who may look at
/// the past need not be allowed to join. Precondition: not absent.
[[nodiscard]] std::string render_past_appointment(
    domain::OrganizationId organization, const domain::Appointment& appointment
);

}  // namespace consularia::api
