#include "reactions/webhooks/schedule.hpp"

#include "base/check.hpp"

#include <algorithm>

namespace consularia::reactions::webhooks {

Schedule::Schedule(
    const ScheduleLimits& limits,
    Random random,
    Sequence position,
    std::optional<Steady> failing_since
)
    : limits_(&limits),
      random_(std::move(random)),
      read_to_(position),
      failing_since_(failing_since),
      failures_(failing_since ? limits.outage : 0) {}

void Schedule::take(Sequence sequence, const std::string& subject, Steady now, const Past& past) {
    CHECK(sequence > read_to_ && has_room());
    read_to_ = sequence;
    auto& event = events_[sequence];
    event.attempts = past.attempts;
    event.subject = subjects_.try_emplace(subject).first;
    event.subject->second.push_back(sequence);
    wait(sequence, event, past.due.value_or(now));
}

void Schedule::take_delivered(Sequence sequence) {
    CHECK(sequence > read_to_ && has_room());
    read_to_ = sequence;
    events_[sequence].stage = Stage::delivered;
    forget_delivered();
}

void Schedule::leave_out(Sequence sequence) {
    CHECK(sequence > read_to_);
    read_to_ = sequence;
}

std::optional<ledger::Sequence> Schedule::next(Steady now) {
    const auto at = next_at(now);
    if (!at || *at > now) return std::nullopt;
    // A failing endpoint is asked for the one that everything waits for.
    const auto sequence = is_failing(now) ? events_.begin()->first : ready_.begin()->second;
    auto& event = events_.at(sequence);
    ready_.erase({event.due, sequence});
    event.stage = Stage::in_flight;
    ++in_flight_;
    return sequence;
}

std::optional<Schedule::Steady> Schedule::next_at(Steady now) const {
    if (ready_.empty() || in_flight_ >= (failing_since_ ? 1 : limits_->in_flight)) {
        return std::nullopt;
    }
    const auto probe = std::max(probe_at_, not_before_);
    if (is_failing(now)) return probe;
    const auto due = std::max(ready_.begin()->first, not_before_);
    if (!failing_since_) return due;
    return std::min(due, std::max(probe, *failing_since_ + limits_->retries.failing_after));
}

void Schedule::failed(
    Sequence sequence, Steady now, std::optional<std::chrono::seconds> retry_after
) {
    auto& event = event_in_flight(sequence);
    const auto& retries = limits_->retries;
    const auto longest = retries.delays.size() - 1;
    const auto delay = retries.delays.at(std::min<std::size_t>(event.attempts, longest));
    ++event.attempts;
    ++failures_;
    if (!failing_since_) failing_since_ = now;
    if (retry_after) not_before_ = now + std::min(*retry_after, retries.longest_retry_after);
    probe_at_ = std::max(not_before_, now + jittered(retries.probe_every));
    --in_flight_;
    wait(sequence, event, std::max(not_before_, now + jittered(delay)));
}

void Schedule::put_back(Sequence sequence, Steady due) {
    auto& event = event_in_flight(sequence);
    --in_flight_;
    wait(sequence, event, due);
}

void Schedule::delivered(Sequence sequence, Steady now) {
    if (const auto found = events_.find(sequence); found != events_.end()) {
        auto& event = found->second;
        if (event.stage == Stage::in_flight) --in_flight_;
        if (event.stage != Stage::delivered) leave_subject(sequence, event);
        event.stage = Stage::delivered;
        forget_delivered();
    }
    const bool was_outage = is_failing(now) || failures_ >= limits_->outage;
    failing_since_.reset();
    failures_ = 0;
    not_before_ = {};
    if (was_outage) hurry(now);
}

void Schedule::hurry(Steady now) {
    not_before_ = {};
    probe_at_ = {};
    ready_.clear();
    for (auto& [sequence, event] : events_) {
        if (event.stage == Stage::waiting) wait(sequence, event, std::min(event.due, now));
    }
}

ledger::Sequence Schedule::position() const {
    return events_.empty() ? read_to_ : events_.begin()->first - 1;
}

EndpointState Schedule::state(Steady now) const {
    if (!failing_since_) return EndpointState::ok;
    return is_failing(now) ? EndpointState::failing : EndpointState::retrying;
}

bool Schedule::is_in_flight(Sequence sequence) const {
    const auto found = events_.find(sequence);
    return found != events_.end() && found->second.stage == Stage::in_flight;
}

std::optional<Schedule::Steady> Schedule::due(Sequence sequence) const {
    const auto found = events_.find(sequence);
    if (found == events_.end() || found->second.stage != Stage::waiting) return std::nullopt;
    return found->second.due;
}

Schedule::Event& Schedule::event_in_flight(Sequence sequence) {
    auto& event = events_.at(sequence);
    CHECK(event.stage == Stage::in_flight);
    return event;
}

bool Schedule::is_first(Sequence sequence, const Event& event) const {
    return event.subject->second.front() == sequence;
}

bool Schedule::is_failing(Steady now) const {
    return failing_since_ && now - *failing_since_ >= limits_->retries.failing_after;
}

Schedule::Steady::duration Schedule::jittered(std::chrono::seconds delay) {
    const auto factor = 1 + limits_->retries.jitter * (2 * random_() - 1);
    return std::chrono::duration_cast<Steady::duration>(delay * factor);
}

/// Those behind the first one of a subject are ready when it is their turn.
void Schedule::wait(Sequence sequence, Event& event, Steady due) {
    event.stage = Stage::waiting;
    event.due = due;
    if (is_first(sequence, event)) ready_.emplace(due, sequence);
}

void Schedule::leave_subject(Sequence sequence, Event& event) {
    auto& queue = event.subject->second;
    ready_.erase({event.due, sequence});
    std::erase(queue, sequence);
    if (queue.empty()) {
        subjects_.erase(event.subject);
        return;
    }
    // The one behind it may be the first now.
    auto& first = events_.at(queue.front());
    if (first.stage == Stage::waiting) ready_.emplace(first.due, queue.front());
}

void Schedule::forget_delivered() {
    while (!events_.empty() && events_.begin()->second.stage == Stage::delivered) {
        events_.erase(events_.begin());
    }
}

}  // namespace consularia::reactions::webhooks
