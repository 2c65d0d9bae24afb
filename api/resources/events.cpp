// Handlers of /events/.

#include "api/accept.hpp"
#include "api/event_stream.hpp"
#include "api/feed.hpp"
#include "api/follower.hpp"
#include "api/handlers.hpp"
#include "api/tickets.hpp"
#include "base/json_writer.hpp"
#include "ledger/log/clock.hpp"

#include <memory>
#include <string>
#include <utility>

namespace consularia::api {

namespace {

/// A call that is answered when there is an event, or at the latest at `until`.
struct Poll {
    CallPtr call;
    FeedQuery query;
    ledger::Clock::Steady until;
    std::shared_ptr<Follower> follower;
};

using PollPtr = std::shared_ptr<Poll>;

/// Everything up to what is in the read store, and nothing else: a client finds here what it wrote,
/// and finds by other requests what it has read here.
FeedPart read_part(const Call& call, const FeedQuery& query) {
    return read_feed(*call.service.journal, call.organization(), query, call.sequence.value());
}

Response to_batch(const FeedPart& part) {
    Response response;
    response.content_type = kEventBatch;
    response.sequence = part.position;
    response.body = "[";
    for (const auto& one : part.events) {
        if (response.body.size() > 1) response.body += ',';
        response.body += one.event.json;
    }
    response.body += ']';
    return response;
}

Step look(const PollPtr& poll, bool may_wait) {
    poll->follower->alarm->reset();
    Call& call = *poll->call;
    if (const auto failure = look_again(call)) return call.failed(*failure);
    const auto part = read_part(call, poll->query);
    const bool at_head = part.position == call.sequence;
    if (!part.events.empty() || !at_head || !may_wait) return to_batch(part);
    poll->query.after = part.position;
    call.let_go();
    return AfterAlarm{
        poll->follower->alarm, poll->until, [poll](bool rang) -> Step {
            return InTurn{poll->call->organization(), [poll, rang] { return look(poll, rang); }};
        }};
}

Step answer(const CallPtr& call, const FeedQuery& query) {
    if (const auto failure = find_lost_token(*call)) return call->failed(*failure);
    if (query.after > *call->sequence) {
        return call->failed(ahead_of_head(query.after, *call->sequence));
    }
    const bool stream = prefers_stream(call->request.header("Accept").value_or(""));
    auto from_here = query;
    if (!stream) {
        const auto part = read_part(*call, query);
        const bool at_head = part.position == call->sequence;
        const bool waits = part.events.empty() && at_head && query.wait.count() > 0;
        if (!waits || call->request.method == "HEAD") return to_batch(part);
        from_here.after = part.position;  // What was passed is not read again.
    }
    auto follower = follow(*call);
    if (follower == nullptr) return call->failed(too_many_followers());
    if (stream) return open_stream(call, query, std::move(follower));
    const auto until = call->service.clock->steady() + query.wait;
    return look(std::make_shared<Poll>(Poll{call, from_here, until, std::move(follower)}), true);
}

}  // namespace

Step create_ticket(CallPtr call) {
    const auto ticket = make_ticket(call->service, call->organization(), call->member().token);
    JsonWriter json;
    json.begin_object();
    json.text("ticket", to_string(call->service, ticket));
    json.text("expires_at", domain::format(ticket.expires_at));
    json.end_object();
    Response response;
    response.status = 201;
    response.sequence = call->sequence;
    response.body = json.take();
    return response;
}

Step list_events(CallPtr call) {
    const auto query = read_feed_query(call->request);
    if (!query) return call->failed(bad_fields(query.error()));
    if (query->after <= call->sequence.value()) return answer(call, *query);
    // This node's copy may be behind: only the newest data says that a cursor is wrong.
    return after_sync(call, call->organization(), [call, query = *query]() -> Step {
        if (const auto failure = call->look_again()) return call->failed(*failure);
        return answer(call, query);
    });
}

}  // namespace consularia::api
