#include "projections/render_json.hpp"

#include "base/check.hpp"
#include "base/json_writer.hpp"

namespace consularia::projections {
namespace {

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
    const auto link = links.access_link(organization, appointment, participant.id);
    if (link.empty()) {
        json.null("access_link");
    } else {
        json.text("access_link", link);
    }
    json.end_object();
}

/// Everything before the first participant.
std::string render_beginning(
    const domain::Appointment& appointment, const domain::Details& details
) {
    JsonWriter json;
    json.begin_object();
    json.text("id", details.id.to_string());
    json.text("title", details.title.value());
    json.text("start_date_time", domain::format(details.start));
    json.number("duration_minutes", details.duration.minutes());
    json.text("status", to_string(domain::status_of(appointment)));
    json.begin_object("config");
    for (const auto& [feature, enabled] : details.config.entries()) {
        json.boolean(to_string(feature), enabled);
    }
    json.end_object();
    json.begin_array("participants");
    return json.take();
}

/// Everything after the last participant.
std::string render_ending(const domain::Details& details) {
    JsonWriter json;
    json.begin_object();
    json.text("created_at", domain::format(details.created_at));
    json.text("updated_at", domain::format(details.updated_at));
    json.end_object();
    return "]," + json.take().substr(1);
}

/// Whether both have the same JSON. A new member of participants does not compile here.
bool looks_like(const domain::Participant& a, const domain::Participant& b) {
    const auto& [id, unique_id, display_name, role, version] = a;
    return id == b.id && unique_id == b.unique_id && display_name == b.display_name &&
           role == b.role;
}

/// Looks up participants in an earlier rendering, in sequence: those still there are in the same
/// order.
class Taken {
  public:
    explicit Taken(const std::optional<RenderedAppointment>& earlier) : earlier_(earlier) {
        if (earlier_) at_ = earlier_->document.participants_at;
    }

    /// The participant's JSON; empty if it was not there or had other values.
    std::string_view find(const domain::Participant& participant) {
        if (!earlier_) return {};
        const auto& before = *earlier_->participants;
        const auto& lengths = earlier_->document.lengths;
        auto next = next_;
        auto at = at_;
        while (next < before.size() && before[next].id != participant.id) at += lengths[next++] + 1;
        if (next == before.size()) return {};
        next_ = next + 1;
        at_ = at + lengths[next] + 1;
        if (!looks_like(before[next], participant)) return {};
        return std::string_view(earlier_->document.json).substr(at, lengths[next]);
    }

  private:
    const std::optional<RenderedAppointment>& earlier_;
    std::size_t next_ = 0;
    std::size_t at_ = 0;
};

}  // namespace

Document render_document(
    domain::OrganizationId organization,
    const domain::Appointment& appointment,
    const Links& links,
    const std::optional<RenderedAppointment>& earlier
) {
    const auto* const details = domain::details_of(appointment);
    CHECK(details != nullptr);
    CHECK(!earlier || earlier->participants->size() == earlier->document.lengths.size());
    Document document{render_beginning(appointment, *details), 0, {}};
    auto& json = document.json;
    document.participants_at = json.size();
    Taken taken(earlier);
    for (const auto& participant : *details->participants) {
        if (!document.lengths.empty()) json += ',';
        const auto begin = json.size();
        const auto same = taken.find(participant);
        if (same.empty()) {
            json += render_participant(organization, details->id, participant, links);
        } else {
            json += same;
        }
        document.lengths.push_back(json.size() - begin);
    }
    json += render_ending(*details);
    return document;
}

std::string render_appointment(
    domain::OrganizationId organization, const domain::Appointment& appointment, const Links& links
) {
    return render_document(organization, appointment, links, std::nullopt).json;
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

}  // namespace consularia::projections
