#pragma once
// The JSON of resources in the API's answers (docs/api.md).

#include "domain/appointment/appointment.hpp"
#include "domain/ids.hpp"
#include "projections/links.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace consularia::projections {

/// An appointment's JSON, and where each participant is in it.
struct Document {
    std::string json;
    std::size_t participants_at = 0;   ///< Where the first participant begins.
    std::vector<std::size_t> lengths;  ///< The length of each, without the comma after it.
};

/// A document, and the participants that it shows.
struct RenderedAppointment {
    Document document;
    Shared<std::vector<domain::Participant>> participants;
};

/// The whole appointment. A participant with the same values in an earlier rendering is copied from
/// there: so links are created only for participants who are new or have changed. Precondition: not
/// absent.
[[nodiscard]] Document render_document(
    domain::OrganizationId organization,
    const domain::Appointment& appointment,
    const Links& links,
    const std::optional<RenderedAppointment>& earlier
);

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

}  // namespace consularia::projections
