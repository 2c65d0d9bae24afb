#include "api/follower.hpp"

#include "api/feed.hpp"
#include "projections/queries.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace consularia::api {

std::shared_ptr<Follower> follow(const Call& call) {
    auto place = call.service.followers->enter(call.member().token);
    if (!place) return nullptr;
    auto alarm = std::make_shared<Alarm>();
    auto watch =
        call.service.journal->watches().watch(call.organization(), [alarm] { alarm->ring(); });
    return std::make_shared<Follower>(Follower{
        *std::move(place), std::move(alarm), std::move(watch)});
}

Failure too_many_followers() {
    return unavailable("Too many requests are waiting for events.");
}

std::optional<Failure> find_lost_token(const Call& call) {
    const auto head = projections::find_head_row(*call.snapshot, call.organization());
    if (!head.frozen) return std::nullopt;
    const auto token = "tokens/" + call.member().token.to_string();
    const auto organization = "organizations/" + call.organization().to_string();
    FeedQuery query;
    query.after = head.frozen->sequence - 1;
    query.limit = kMaxFeedLimit;
    while (query.after < head.head.sequence) {
        const auto part =
            read_feed(*call.service.journal, call.organization(), query, head.head.sequence);
        const bool found = std::ranges::any_of(part.events, [&](const FeedEvent& one) {
            return one.event.subject == token || one.event.subject == organization;
        });
        if (found || part.position == query.after) return organization_is_frozen();
        query.after = part.position;
    }
    return std::nullopt;
}

std::optional<Failure> look_again(Call& call) {
    auto failure = call.look_again();
    return failure ? failure : find_lost_token(call);
}

}  // namespace consularia::api
