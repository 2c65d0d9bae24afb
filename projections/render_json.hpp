#pragma once
// The JSON of resources as the API answers it (docs/api.md, Appointment and Participant).

#include "domain/appointment/appointment.hpp"
#include "domain/ids.hpp"
#include "projections/links.hpp"

#include <string>
#include <string_view>

namespace consularia::projections {

/// The whole appointment, one line. Precondition: not absent.
[[nodiscard]] std::string render_appointment(
    domain::OrganizationId organization, const domain::Appointment& appointment, const Links& links
);

[[nodiscard]] std::string render_participant(
    domain::OrganizationId organization,
    domain::AppointmentId appointment,
    const domain::Participant& participant,
    const Links& links
);

/// A JSON string with its quotes; UTF-8 passes as it is, control characters are escaped.
[[nodiscard]] std::string quote_json(std::string_view utf8);

}  // namespace consularia::projections
