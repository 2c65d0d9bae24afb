// Handlers of /events/.

#include "api/accept.hpp"
#include "api/feed.hpp"
#include "api/handlers.hpp"
#include "projections/queries.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace consularia::api {

namespace {

Failure ahead_of_head(ledger::Sequence cursor, ledger::Sequence head) {
    return {
        409,
        "The cursor " + std::to_string(cursor) + " is ahead of the head " + std::to_string(head) +
            ".",
        {}};
}

/// Whether this version cannot tell what the token permits: the organization is frozen, and a fact
/// that was not applied is about the token or the organization itself.
bool may_have_lost_token(const Call& call) {
    const auto head = projections::find_head_row(*call.snapshot, call.organization());
    if (!head.frozen) return false;
    const auto token = "tokens/" + call.member().token.to_string();
    const auto organization = "organizations/" + call.organization().to_string();
    FeedQuery query;
    query.after = head.frozen->sequence - 1;
    query.limit = kMaxFeedLimit;
    while (query.after < head.head.sequence) {
        const auto part =
            read_feed(*call.service.journal, call.organization(), query, head.head.sequence);
        if (part.position == query.after) return true;
        query.after = part.position;
        const bool found = std::ranges::any_of(part.events, [&](const FeedEvent& one) {
            return one.event.subject == token || one.event.subject == organization;
        });
        if (found) return true;
    }
    return false;
}

std::string to_batch(const FeedPart& part) {
    std::string batch = "[";
    for (const auto& one : part.events) {
        if (batch.size() > 1) batch += ',';
        batch += one.event.json;
    }
    return batch + ']';
}

/// Everything that is in the read store, and nothing else: a client finds here what it wrote, and
/// finds by other requests what it has read here.
Step answer(const Call& call, const FeedQuery& query) {
    if (may_have_lost_token(call)) return call.failed(organization_is_frozen());
    const auto head = call.sequence.value();
    if (query.after > head) return call.failed(ahead_of_head(query.after, head));
    const auto part = read_feed(*call.service.journal, call.organization(), query, head);
    Response response;
    response.content_type = kEventBatch;
    response.sequence = part.position;
    response.body = to_batch(part);
    return response;
}

}  // namespace

Step list_events(CallPtr call) {
    const auto query = read_feed_query(call->request);
    if (!query) return call->failed(bad_fields(query.error()));
    if (query->after <= call->sequence.value()) return answer(*call, *query);
    // This node's copy may be behind: only the newest data says that a cursor is wrong.
    return after_sync(call, call->organization(), [call, query = *query]() -> Step {
        if (const auto failure = call->look_again()) return call->failed(*failure);
        return answer(*call, query);
    });
}

}  // namespace consularia::api
