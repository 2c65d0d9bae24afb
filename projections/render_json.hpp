#pragma once
// The JSON of resources as the API answers it (docs/api.md, Appointment and Participant).

#include "domain/appointment/appointment.hpp"
#include "domain/ids.hpp"
#include "projections/links.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::projections {

/// An appointment's JSON, and where in it each participant stands.
struct Document {
    std::string json;
    std::size_t participants_at = 0;   ///< Where the first one begins.
    std::vector<std::size_t> lengths;  ///< Of each, without the comma behind it.
};

/// A document, and the participants that it shows.
struct Rendering {
    Document document;
    Shared<std::vector<domain::Participant>> participants;
};

/// The whole appointment. A participant who has the same values in an earlier rendering of it is
/// taken from there: so a link is made only for those who are new or have changed. Precondition:
/// not absent.
[[nodiscard]] Document render_document(
    domain::OrganizationId organization,
    const domain::Appointment& appointment,
    const Links& links,
    const std::optional<Rendering>& earlier
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

/// A JSON string with its quotes; UTF-8 passes as it is, control characters are escaped.
[[nodiscard]] std::string quote_json(std::string_view utf8);

}  // namespace consularia::projections
