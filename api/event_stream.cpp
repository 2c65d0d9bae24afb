#include "api/event_stream.hpp"

#include "api/accept.hpp"
#include "api/feed.hpp"
#include "ledger/log/clock.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace consularia::api {

namespace {

using Steady = ledger::Clock::Steady;

/// A proxy may end a silent connection after 30 s.
constexpr std::chrono::seconds kCommentEvery{12};
/// What one stream has in memory while its client is slow, and what it reads at one look: others
/// wait for the thread that reads.
constexpr FeedBudget kBurst{.bytes = 32 * 1024, .read_facts = 128, .read_bytes = 128 * 1024};

/// A line of a message cannot contain a line break, and a type of a foreign record may.
std::string one_line(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    std::ranges::replace(text, '\r', ' ');
    return text;
}

std::string id_line(ledger::Sequence sequence) {
    return "id: " + std::to_string(sequence) + '\n';
}

std::string to_messages(const FeedPart& part) {
    std::string messages;
    for (const auto& one : part.events) {
        messages += id_line(one.sequence);
        messages += "event: " + one_line(one.event.type) + '\n';
        messages += "data: " + one.event.json + "\n\n";
    }
    return messages;
}

class EventStream {
  public:
    EventStream(CallPtr call, FeedQuery query, std::shared_ptr<Follower> follower)
        : call_(std::move(call)),
          query_(std::move(query)),
          sent_(query_.after),
          follower_(std::move(follower)) {
        query_.limit = kMaxFeedLimit;
        be_heard();
    }

    Burst next() {
        follower_->alarm->reset();
        Burst burst;
        burst.end =
            look_again(*call_).has_value() || !service().fresh_enough(call_->organization());
        if (burst.end) return burst;
        const auto head = call_->sequence.value();
        auto part = read_feed(*service().journal, call_->organization(), query_, head, kBurst);
        call_->let_go();
        burst.more = part.position < head && part.position > query_.after;
        query_.after = part.position;
        burst.bytes = to_messages(part);
        if (!part.events.empty()) {
            sent_ = part.events.back().sequence;
            be_heard();
        } else if (service().clock->steady() >= comment_at_) {
            burst.bytes = comment();
            be_heard();
        }
        burst.until = std::min(comment_at_, expiry());
        return burst;
    }

    bool permitted() {
        const bool may_listen = !look_again(*call_);
        call_->let_go();
        return may_listen;
    }

  private:
    [[nodiscard]] const Service& service() const { return call_->service; }

    void be_heard() { comment_at_ = service().clock->steady() + kCommentEvery; }

    /// With the position, if the filter has passed anything: an id without data moves the client's
    /// cursor.
    std::string comment() {
        if (query_.after == sent_) return ":\n\n";
        sent_ = query_.after;
        return ":\n" + id_line(sent_) + '\n';
    }

    /// When the token expires, if that is soon enough to matter.
    [[nodiscard]] Steady expiry() const {
        const auto& at = call_->member().expires_at;
        if (!at) return Steady::max();
        const auto left = *at - service().clock->now();
        return service().clock->steady() +
               std::min<domain::Timestamp::duration>(left, kCommentEvery);
    }

    const CallPtr call_;
    FeedQuery query_;
    ledger::Sequence sent_;  ///< What the client has as its cursor.
    const std::shared_ptr<Follower> follower_;
    Steady comment_at_;
};

}  // namespace

Response open_stream(CallPtr call, const FeedQuery& query, std::shared_ptr<Follower> follower) {
    auto response = empty_stream();
    response.sequence = query.after;
    const auto organization = call->organization();
    const auto alarm = follower->alarm;
    call->let_go();
    const auto stream = std::make_shared<EventStream>(std::move(call), query, std::move(follower));
    response.stream = Stream{
        organization,
        alarm,
        [stream] { return stream->next(); },
        [stream] { return stream->permitted(); }};
    return response;
}

}  // namespace consularia::api
