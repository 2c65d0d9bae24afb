// Handlers of /appointments/{id}/history/ and /audit/events/.

#include "projections/history.hpp"

#include "api/handlers.hpp"
#include "api/history/past_events.hpp"
#include "api/history/search.hpp"
#include "api/paging.hpp"
#include "api/strict_handling.hpp"
#include "base/json_writer.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace consularia::api {

namespace {

constexpr auto kHistoryParameters = std::to_array<std::string_view>({"ordering"});
constexpr auto kAuditParameters = std::to_array<std::string_view>(
    {"actor", "type", "appointment", "participant", "from", "to", "cursor", "ordering"}
);

/// The answer to a search, whose pages are linked by what was examined.
Response render_found(const Call& call, const Query& query, FoundEvents found) {
    JsonWriter json;
    json.begin_object();
    if (found.count) {
        json.number("count", static_cast<std::int64_t>(*found.count));
    } else {
        json.null("count");
    }
    if (found.next) {
        json.text("next", link_with(call, query, "cursor", std::to_string(*found.next)));
    } else {
        json.null("next");
    }
    json.null("previous");
    json.begin_array("results");
    for (const auto& row : found.rows) json.raw(row);
    json.end_array();
    json.end_object();
    Response response;
    response.sequence = call.sequence;
    response.body = json.take();
    return response;
}

}  // namespace

Step list_history(CallPtr call) {
    if (const auto refusal = refuse_unknown(call->request, kHistoryParameters)) {
        return call->failed(*refusal);
    }
    const auto id = call->path_id<domain::AppointmentId>(0);
    if (!id) return call->failed(not_found());
    const Query query(call->request.query);
    const auto organization = call->organization();
    const auto events = std::make_shared<PastEvents>(*call);
    const auto count = projections::count_events(events->past(), organization, *id);
    if (count == 0) return call->failed(no_match("Appointment"));
    const auto newest_first = read_newest_first(query);
    if (!newest_first) return call->failed(bad_fields(newest_first.error()));
    const auto page = find_page(query, count);
    if (!page) return call->failed(invalid_page());
    const auto size = std::min(page->size, count - page->offset());
    const auto first = *newest_first ? count - page->offset() - size : page->offset();
    auto rows = projections::list_events(*call->snapshot, organization, *id, first + 1, size);
    if (*newest_first) std::ranges::reverse(rows);
    Parts parts;
    parts.count = rows.size();
    parts.make = [events, rows = std::move(rows)](std::size_t index) {
        return events->render(events->read(rows[index].sequence), false);
    };
    return render_page(*call, query, *page, std::move(parts));
}

Step list_audit_events(CallPtr call) {
    if (const auto refusal = refuse_unknown(call->request, kAuditParameters)) {
        return call->failed(*refusal);
    }
    const Query query(call->request.query);
    const auto wanted = read_audit_query(query);
    if (!wanted) return call->failed(bad_fields(wanted.error()));
    PastEvents events(*call);
    auto found = search_events(events, call->organization(), call->sequence.value(), *wanted);
    return render_found(*call, query, std::move(found));
}

}  // namespace consularia::api
