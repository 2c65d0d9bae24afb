// Handlers of /join/{token}, the access links: GET shows, POST joins. For a browser they answer
// with pages, for other clients with JSON. No answer, log or event contains the token.

#include "api/handlers.hpp"
#include "api/join/page.hpp"
#include "api/rates.hpp"
#include "api/replies.hpp"
#include "base/json_writer.hpp"
#include "projections/queries.hpp"

#include <algorithm>

namespace consularia::api {

namespace {

using projections::LinkTarget;

/// The same for a token that was never ours, a removed participant and a deleted appointment. So it
/// does not show which rate has counted it.
Failure dead_link(const Call& call) {
    call.trace.standing.reset();
    return {404, "This link is no longer valid.", {}};
}

/// Garbage is a failed authentication.
tl::expected<LinkTarget, Failure> read_link(const Call& call) {
    const auto target = call.service.links->verify(call.path_values.at(0));
    if (target) {
        call.trace.organization = target->organization;
        return *target;
    }
    const auto throttled =
        call.service.rates->count_failed_authentication(call.request, call.trace);
    return tl::unexpected(throttled ? *throttled : dead_link(call));
}

/// Empty if the appointment or the participant no longer exists.
std::optional<Invitation> invite(
    const Call& call, const domain::Appointment& appointment, domain::ParticipantId id
) {
    const auto* details = domain::details_of(appointment);
    const auto* participant = details == nullptr ? nullptr : domain::find_participant(*details, id);
    if (participant == nullptr) return std::nullopt;
    const auto opens_before = call.service.join_opens_before;
    const auto status = domain::status_of(appointment);
    const auto now = call.service.clock->now();
    return Invitation{
        *details,
        *participant,
        domain::door_of(status, *details, opens_before, now),
        domain::opens_at(*details, opens_before),
        now};
}

/// Writes the object with what the page shows, and leaves it open.
JsonWriter describe(const Invitation& invitation, std::string_view state) {
    JsonWriter json;
    json.begin_object();
    json.text("state", state);
    json.text("title", invitation.details.title.value());
    json.text("start_date_time", domain::format(invitation.details.start));
    json.number("duration_minutes", invitation.details.duration.minutes());
    json.text("opens_at", domain::format(invitation.opens_at));
    json.text("ends_at", domain::format(std::min(invitation.details.end(), domain::kLatest)));
    if (invitation.participant.display_name) {
        json.text("display_name", invitation.participant.display_name->value());
    } else {
        json.null("display_name");
    }
    json.text("role", to_string(invitation.participant.role));
    return json;
}

Response answer_page(HtmlPage page) {
    Response response;
    put_page(response, std::move(page));
    return response;
}

Response answer_json(JsonWriter json) {
    json.end_object();
    Response response;
    response.body = json.take();
    return response;
}

Response show(const Call& call, const Invitation& invitation) {
    if (call.wants_page) return answer_page(invitation_page(call.page_context(), invitation));
    return answer_json(describe(invitation, to_string(invitation.door)));
}

/// Sends a participant who has joined to the meeting.
Response admit(const Call& call, const LinkTarget& target, const Outcome& outcome) {
    const auto invitation = invite(call, outcome.appointment(), target.participant);
    if (!invitation) return call.failed(dead_link(call));
    std::string url;
    if (call.service.meeting_url) {
        url = call.service.meeting_url(
            target.organization, invitation->details, invitation->participant
        );
    }
    if (!call.wants_page) {
        auto json = describe(*invitation, "joined");
        if (url.empty()) {
            json.null("meeting_url");
        } else {
            json.text("meeting_url", url);
        }
        return answer_json(std::move(json));
    }
    if (url.empty()) return answer_page(joined_page(call.page_context(), *invitation));
    Response response;
    response.status = 303;
    response.headers.emplace_back("Location", std::move(url));
    return response;
}

/// The general sentence mentions an Idempotency-Key, which has no effect here.
Failure unknown_fate() {
    return unavailable("It is not known whether you have joined. Joining again does no harm.");
}

const ledger::Unavailable* find_unknown_fate(const ledger::Reply& reply) {
    const auto* late = std::get_if<ledger::Unavailable>(&reply);
    return late != nullptr && late->fate_unknown ? late : nullptr;
}

bool is_not_found(const ledger::Reply& reply) {
    const auto* refused = std::get_if<ledger::Refused>(&reply);
    return refused != nullptr && std::holds_alternative<domain::NotFound>(refused->rejection);
}

}  // namespace

Step show_link(CallPtr call) {
    const auto target = read_link(*call);
    if (!target) return call->failed(target.error());
    return after_sync(call, target->organization, [call, target = *target]() -> Step {
        const auto reader = call->service.store->snapshot();
        if (projections::is_frozen(*reader, target.organization)) {
            return call->failed(organization_is_frozen());
        }
        // Whether a participant may join depends on the clock.
        if (auto problem = call->service.clock->problem()) {
            auto response = call->failed(clock_not_trusted());
            response.why = *std::move(problem);
            return response;
        }
        const auto appointment = projections::find_appointment_of(
            *reader, target.organization, target.appointment, target.participant
        );
        const auto invitation = invite(*call, appointment, target.participant);
        return invitation ? show(*call, *invitation) : call->failed(dead_link(*call));
    });
}

Step join(CallPtr call) {
    const auto target = read_link(*call);
    if (!target) return call->failed(target.error());
    if (const auto throttled = call->service.rates->count_link(target->participant, call->trace)) {
        return call->failed(*throttled);
    }
    auto submit = submit_as(
        call,
        target->organization,
        ledger::ParticipantActor{target->participant},
        domain::AppointmentCommand(domain::JoinAppointment{
            target->appointment,
            target->participant,
            call->service.join_opens_before,
            call->service.join_repeat}),
        {ledger::Wanted::state,
         [target = *target](const Call& joined, const Outcome& outcome) {
             return admit(joined, target, outcome);
         }}
    );
    submit.render = [call, render = std::move(submit.render)](ledger::Reply reply) {
        if (is_not_found(reply)) return call->failed(dead_link(*call));
        if (const auto* late = find_unknown_fate(reply)) {
            auto response = call->failed(unknown_fate());
            response.why = late->why;
            return response;
        }
        auto response = render(std::move(reply));
        response.sequence.reset();  // A guest must not learn how much happens in an organization.
        return response;
    };
    return submit;
}

}  // namespace consularia::api
