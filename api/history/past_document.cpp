#include "api/history/past_document.hpp"

#include "projections/links.hpp"
#include "projections/render_json.hpp"

#include <optional>
#include <string_view>

namespace consularia::api {

namespace {

/// Opens no door.
class NoLinks final : public projections::Links {
  public:
    [[nodiscard]] std::string access_link(
        domain::OrganizationId, domain::AppointmentId, domain::ParticipantId
    ) const override {
        return {};
    }

    [[nodiscard]] std::optional<projections::LinkTarget> verify(std::string_view) const override {
        return std::nullopt;
    }

    [[nodiscard]] std::string fingerprint() const override { return {}; }
};

}  // namespace

std::string render_past_appointment(
    domain::OrganizationId organization, const domain::Appointment& appointment
) {
    return projections::render_appointment(organization, appointment, NoLinks());
}

}  // namespace consularia::api
