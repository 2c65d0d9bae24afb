// Handlers of /appointments/{id}/participants/ and below.

#include "api/bodies/requests.hpp"
#include "api/handlers.hpp"
#include "api/list_answer.hpp"
#include "api/paging.hpp"
#include "api/preconditions.hpp"
#include "api/replies.hpp"
#include "api/strict_handling.hpp"
#include "projections/queries.hpp"
#include "projections/render_json.hpp"

namespace consularia::api {

namespace {

using domain::AppointmentId;
using domain::ParticipantId;
using ledger::Wanted;

struct Ids {
    AppointmentId appointment;
    ParticipantId participant;
};

std::optional<Ids> read_ids(const Call& call) {
    const auto appointment = call.path_id<AppointmentId>(0);
    const auto participant = call.path_id<ParticipantId>(1);
    if (!appointment || !participant) return std::nullopt;
    return Ids{*appointment, *participant};
}

/// The participant's JSON with its own ETag: the version at which it last changed.
Response answer_participant(
    const Call& call, const domain::Appointment& appointment, ParticipantId id
) {
    const auto* details = domain::details_of(appointment);
    if (details == nullptr) return call.failed(no_match("Appointment"));
    const auto* participant = domain::find_participant(*details, id);
    if (participant == nullptr) return call.failed(no_match("Participant"));
    Response response;
    response.sequence = call.sequence;
    response.headers.emplace_back("ETag", etag_of(participant->version));
    response.body = projections::render_participant(
        call.organization(), details->id, *participant, *call.service.links
    );
    return response;
}

Failure find_bad_add(const projections::Reader& reader, const Call& call, const AddBody& body) {
    const auto appointment =
        projections::find_appointment(reader, call.organization(), *call.path_id<AppointmentId>(0));
    const auto* details = domain::details_of(appointment);
    if (details == nullptr) return no_match("Appointment");
    if (body.list_error) return bad_fields(*body.list_error);
    auto items = body.errors;
    const auto duplicates = domain::find_duplicates(*details->participants, body.unique_ids);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (!duplicates[i]) continue;
        // The unique_id was readable, so it has no error yet; it is an item's first field.
        auto error = describe_item(domain::ItemError::duplicate_unique_id);
        auto& fields = std::get<Errors::Fields>(error.data);
        if (auto* others = std::get_if<Errors::Fields>(&items[i].data)) {
            fields.insert(fields.end(), others->begin(), others->end());
        }
        items[i] = std::move(error);
    }
    return bad_fields(Errors{std::move(items)});
}

Failure find_bad_remove(
    const projections::Reader& reader, const Call& call, const RemoveBody& body
) {
    const auto appointment =
        projections::find_appointment(reader, call.organization(), *call.path_id<AppointmentId>(0));
    const auto* details = domain::details_of(appointment);
    if (details == nullptr) return no_match("Appointment");
    if (body.list_error) return bad_fields(*body.list_error);
    auto items = body.errors;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (body.ids[i] && domain::find_participant(*details, *body.ids[i]) == nullptr) {
            items[i] = describe_item(domain::ItemError::unknown_participant);
        }
    }
    return bad_fields(Errors{std::move(items)});
}

Response make_list(const Call& call) {
    const auto id = call.path_id<AppointmentId>(0);
    if (!id) return call.failed(not_found());
    const auto organization = call.organization();
    const auto appointment = projections::find_appointment(*call.snapshot, organization, *id);
    const auto* details = domain::details_of(appointment);
    if (details == nullptr) return call.failed(no_match("Appointment"));
    const Query query(call.request.query);
    const auto& all = *details->participants;
    const auto page = find_page(query, all.size());
    if (!page) return call.failed(invalid_page());
    std::vector<std::string> results;
    for (auto i = page->offset(); i < all.size() && results.size() < page->size; ++i) {
        results.push_back(
            projections::render_participant(organization, *id, all[i], *call.service.links)
        );
    }
    return render_page(call, query, *page, std::move(results));
}

}  // namespace

Step list_participants(CallPtr call) {
    if (const auto refusal = refuse_unknown(call->request)) return call->failed(*refusal);
    return answer_list(*call, make_list);
}

Step retrieve_participant(CallPtr call) {
    const auto ids = read_ids(*call);
    if (!ids) return call->failed(not_found());
    const auto appointment = projections::find_appointment_of(
        *call->snapshot, call->organization(), ids->appointment, ids->participant
    );
    auto response = answer_participant(*call, appointment, ids->participant);
    if (response.status == 200) {
        const auto* participant =
            domain::find_participant(*domain::details_of(appointment), ids->participant);
        if (none_match_hits(call->request, participant->version)) {
            response.status = 304;
            response.body.clear();
        }
    }
    return response;
}

Step update_participant(CallPtr call) {
    const auto ids = read_ids(*call);
    if (!ids) return refuse(std::move(call), not_found());
    auto body = read_participant_update(call->body);
    if (!body) {
        const auto organization = call->organization();
        return refuse(
            std::move(call),
            organization,
            [ids = *ids, organization, errors = body.error()](const projections::Reader& reader) {
                const auto appointment = projections::find_appointment_of(
                    reader, organization, ids.appointment, ids.participant
                );
                const auto* details = domain::details_of(appointment);
                if (details == nullptr) return no_match("Appointment");
                if (domain::find_participant(*details, ids.participant) == nullptr) {
                    return no_match("Participant");
                }
                return bad_fields(errors);
            }
        );
    }
    domain::UpdateParticipant command{
        ids->appointment,
        read_if_match(call->request),
        ids->participant,
        std::move(body->display_name),
        body->role};
    return submit(
        std::move(call),
        std::move(command),
        {Wanted::state,
         [participant = ids->participant](const Call& answered, const Outcome& outcome) {
             return answer_participant(answered, outcome.appointment(), participant);
         }}
    );
}

Step destroy_participant(CallPtr call) {
    const auto ids = read_ids(*call);
    if (!ids) return refuse(std::move(call), not_found());
    domain::RemoveParticipant command{
        ids->appointment, read_if_match(call->request), ids->participant};
    return submit(std::move(call), std::move(command), {Wanted::verdict, answer_nothing});
}

Step add_participants(CallPtr call) {
    const auto id = call->path_id<AppointmentId>(0);
    if (!id) return refuse(std::move(call), not_found());
    auto body = read_add(call->body);
    if (!body.good()) {
        return refuse(call, call->organization(), [call, body](const projections::Reader& reader) {
            return find_bad_add(reader, *call, body);
        });
    }
    for (auto& participant : body.participants) {
        participant.id = call->service.fresh_id<ParticipantId>();
    }
    domain::AddParticipants command{
        *id, read_if_match(call->request), std::move(body.participants)};
    return submit(std::move(call), std::move(command), {Wanted::rendering, answer_appointment});
}

Step remove_participants(CallPtr call) {
    const auto id = call->path_id<AppointmentId>(0);
    if (!id) return refuse(std::move(call), not_found());
    const auto body = read_remove(call->body);
    if (!body.good()) {
        return refuse(call, call->organization(), [call, body](const projections::Reader& reader) {
            return find_bad_remove(reader, *call, body);
        });
    }
    domain::RemoveParticipants command{*id, read_if_match(call->request), {}};
    for (const auto& participant : body.ids) command.participants.push_back(*participant);
    return submit(std::move(call), std::move(command), {Wanted::rendering, answer_appointment});
}

}  // namespace consularia::api
