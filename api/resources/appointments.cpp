// Handlers of /appointments/ and /appointments/{id}/.

#include "api/appointment_query.hpp"
#include "api/bodies/requests.hpp"
#include "api/handlers.hpp"
#include "api/history/past_document.hpp"
#include "api/history/past_state.hpp"
#include "api/list_answer.hpp"
#include "api/list_cursor.hpp"
#include "api/paging.hpp"
#include "api/preconditions.hpp"
#include "api/replies.hpp"
#include "api/strict_handling.hpp"
#include "base/json_writer.hpp"
#include "projections/appointment_lists.hpp"
#include "projections/appointment_walk.hpp"
#include "projections/queries.hpp"

namespace consularia::api {

namespace {

using domain::AppointmentId;
using ledger::Wanted;

Response answer_created(const Call& call, Outcome outcome) {
    const auto id = domain::details_of(outcome.appointment())->id;
    auto response = answer_appointment(call, std::move(outcome));
    response.status = 201;
    std::string path = call.request.path;
    if (!path.ends_with('/')) path += '/';
    path += id.to_string() + "/";
    response.headers.emplace_back("Location", std::move(path));
    return response;
}

/// For a command that needs only the appointment's id and If-Match.
template <class Command>
Step submit_plain(CallPtr call, Answer answer) {
    const auto id = call->path_id<AppointmentId>(0);
    if (!id) return refuse(std::move(call), not_found());
    Command command{*id, read_if_match(call->request)};
    return submit(std::move(call), std::move(command), std::move(answer));
}

std::string deleted_json(AppointmentId id) {
    JsonWriter json;
    json.begin_object();
    json.text("id", id.to_string());
    json.boolean("deleted", true);
    json.end_object();
    return json.take();
}

/// The JSON of these appointments.
Parts documents(const Call& call, std::vector<projections::ListedAppointment> listed) {
    Parts rows;
    rows.count = listed.size();
    rows.make = [snapshot = call.snapshot,
                 organization = call.organization(),
                 past = call.as_of.has_value(),
                 listed = std::move(listed)](std::size_t index) {
        const auto& [id, deleted] = listed[index];
        if (deleted) return deleted_json(id);
        if (past) {
            const auto state = projections::find_appointment(*snapshot, organization, id);
            return render_past_appointment(organization, state);
        }
        return projections::listed_document(*snapshot, organization, id);
    };
    return rows;
}

Response make_cursor_page(const Call& call, const Query& query, const AppointmentQuery& wanted) {
    const auto organization = call.organization();
    std::optional<AppointmentId> after;
    if (*wanted.cursor != kFirstCursor) {
        const auto cursor = read_cursor(organization, query, *wanted.cursor);
        if (!cursor) return call.failed({404, "Invalid cursor.", {}});
        if (!cursor->same_filters) {
            return call.failed(bad_fields(Errors::of_field(
                "cursor", Errors::sentence("This cursor was made with other filters.")
            )));
        }
        after = cursor->after;
    }
    auto page = projections::walk_appointments(
        *call.snapshot,
        organization,
        wanted.filter,
        after,
        find_page_size(query),
        call.service.list_rows
    );
    std::optional<std::string> next;
    if (page.after) next = make_cursor(organization, query, *page.after);
    return render_cursor_page(call, query, next, documents(call, std::move(page.appointments)));
}

Failure too_many_to_sort(std::size_t rows) {
    return bad_fields(Errors::of_whole(
        "More than " + std::to_string(rows) +
        " appointments would have to be read and sorted: use fewer or narrower filters, another "
        "ordering, or a cursor."
    ));
}

Response make_list(const Call& call) {
    const Query query(call.request.query);
    const auto wanted = read_appointment_query(query);
    if (!wanted) return call.failed(bad_fields(wanted.error()));
    const auto head = call.sequence.value_or(0);
    if (const auto after = wanted->filter.changed_after; after > head) {
        return call.failed(ahead_of_head(*after, head));
    }
    if (wanted->cursor) return make_cursor_page(call, query, *wanted);
    const auto rows = call.service.list_rows;
    const auto list = projections::AppointmentList::find(
        *call.snapshot, call.organization(), wanted->filter, wanted->order, rows
    );
    if (!list) return call.failed(too_many_to_sort(rows));
    const auto page = find_page(query, list->count());
    if (!page) return call.failed(invalid_page());
    return render_page(call, query, *page, documents(call, list->page(page->offset(), page->size)));
}

}  // namespace

Step list_appointments(CallPtr call) {
    if (const auto refusal = refuse_unknown(call->request, kAppointmentParameters)) {
        return call->failed(*refusal);
    }
    if (call->as_of) return list_past(std::move(call), make_list);
    return answer_list(*call, make_list);
}

Step create_appointment(CallPtr call) {
    auto body = read_create(call->body);
    if (!body) return refuse(std::move(call), bad_fields(std::move(body.error())));
    for (auto& participant : body->participants) {
        participant.id = call->service.fresh_id<domain::ParticipantId>();
    }
    domain::ScheduleAppointment command{
        call->service.fresh_id<AppointmentId>(),
        std::move(body->title),
        body->start,
        body->duration,
        std::move(body->config),
        std::move(body->participants)};
    return submit(std::move(call), std::move(command), {Wanted::rendering, answer_created});
}

Step retrieve_appointment(CallPtr call) {
    const auto id = call->path_id<AppointmentId>(0);
    if (!id) return call->failed(not_found());
    if (call->as_of) return retrieve_past_appointment(*call, *id);
    auto document = projections::find_document(*call->snapshot, call->organization(), *id);
    if (!document) return call->failed(no_match("Appointment"));
    Response response;
    response.sequence = call->sequence;
    response.headers.emplace_back("ETag", etag_of(document->version));
    if (none_match_hits(call->request, document->version)) {
        response.status = 304;
    } else {
        set_document(response, *call, call->snapshot, *id, std::move(document->json));
    }
    return response;
}

Step update_appointment(CallPtr call) {
    const auto id = call->path_id<AppointmentId>(0);
    if (!id) return refuse(std::move(call), not_found());
    auto body = read_update(call->body);
    if (!body) {
        const auto organization = call->organization();
        return refuse(
            std::move(call),
            organization,
            [id = *id, organization, errors = body.error()](const projections::Reader& reader) {
                return projections::find_document(reader, organization, id)
                           ? bad_fields(errors)
                           : no_match("Appointment");
            }
        );
    }
    domain::UpdateAppointment command{
        *id,
        read_if_match(call->request),
        std::move(body->title),
        body->start,
        body->duration,
        std::move(body->config)};
    return submit(std::move(call), std::move(command), {Wanted::rendering, answer_appointment});
}

Step destroy_appointment(CallPtr call) {
    return submit_plain<domain::DeleteAppointment>(
        std::move(call), {Wanted::verdict, answer_nothing}
    );
}

Step start_appointment(CallPtr call) {
    return submit_plain<domain::StartAppointment>(
        std::move(call), {Wanted::rendering, answer_appointment}
    );
}

Step complete_appointment(CallPtr call) {
    return submit_plain<domain::CompleteAppointment>(
        std::move(call), {Wanted::rendering, answer_appointment}
    );
}

}  // namespace consularia::api
