#include "projections/render_json.hpp"

#include "domain/check.hpp"
#include "ledger/json_writer.hpp"

namespace consularia::projections {
namespace {

using ledger::JsonWriter;

void write_participant(
    JsonWriter& json,
    domain::OrganizationId organization,
    domain::AppointmentId appointment,
    const domain::Participant& participant,
    const Links& links
) {
    json.begin_object();
    json.text("id", participant.id.to_string());
    json.text("unique_id", participant.unique_id.value());
    if (participant.display_name) {
        json.text("display_name", participant.display_name->value());
    } else {
        json.null("display_name");
    }
    json.text("role", to_string(participant.role));
    json.text("access_link", links.access_link(organization, appointment, participant.id));
    json.end_object();
}

}  // namespace

std::string render_appointment(
    domain::OrganizationId organization, const domain::Appointment& appointment, const Links& links
) {
    const auto* const details = domain::details_of(appointment);
    CHECK(details != nullptr);
    JsonWriter json;
    json.begin_object();
    json.text("id", details->id.to_string());
    json.text("title", details->title.value());
    json.text("start_date_time", domain::format(details->start));
    json.number("duration_minutes", details->duration.minutes());
    json.text("status", to_string(domain::status_of(appointment)));
    json.begin_object("config");
    for (const auto& [feature, enabled] : details->config.entries()) {
        json.boolean(key_of(feature), enabled);
    }
    json.end_object();
    json.begin_array("participants");
    for (const auto& participant : details->participants) {
        write_participant(json, organization, details->id, participant, links);
    }
    json.end_array();
    json.text("created_at", domain::format(details->created_at));
    json.text("updated_at", domain::format(details->updated_at));
    json.end_object();
    return json.take();
}

std::string render_participant(
    domain::OrganizationId organization,
    domain::AppointmentId appointment,
    const domain::Participant& participant,
    const Links& links
) {
    JsonWriter json;
    write_participant(json, organization, appointment, participant, links);
    return json.take();
}

std::string quote_json(std::string_view utf8) {
    JsonWriter json;
    json.element(utf8);
    return json.take();
}

}  // namespace consularia::projections
