#include "reactions/webhooks/subscription.hpp"

#include "ledger/record/readable_event.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace consularia::reactions::webhooks {

namespace {

constexpr std::string_view kAboutWebhooks = "dev.consularia.webhook.";

ledger::Clock::Steady steady_of(domain::Timestamp time, Moment now) {
    return now.steady + (time - now.wall);
}

domain::Timestamp wall_of(ledger::Clock::Steady time, Moment now) {
    return now.wall + std::chrono::duration_cast<domain::Timestamp::duration>(time - now.steady);
}

std::optional<ledger::Clock::Steady> failing_since(const Progress& progress, Moment now) {
    if (!progress.failing_since) return std::nullopt;
    return steady_of(*progress.failing_since, now);
}

}  // namespace

Subscription::Subscription(Beginning beginning)
    : organization_(beginning.organization),
      webhook_(std::move(beginning.webhook)),
      schedule_(
          beginning.limits,
          std::move(beginning.random),
          beginning.kept.progress.cursor.position,
          failing_since(beginning.kept.progress, beginning.now)
      ) {
    for (auto& one : beginning.kept.deliveries) kept_.emplace(one.sequence, std::move(one));
}

void Subscription::change(domain::Webhook webhook, Moment now) {
    const bool moved = webhook.settings.url != webhook_.settings.url;
    webhook_ = std::move(webhook);
    if (moved) schedule_.hurry(now.steady);
}

Subscription::Read Subscription::read(
    const journal::Journal& journal,
    ledger::Sequence head,
    Moment now,
    const ReadBudget& budget,
    Rows& rows
) {
    Read read;
    if (schedule_.read_to() >= head || !schedule_.has_room()) return read;
    const auto limit = std::min<std::uint64_t>(head - schedule_.read_to(), budget.facts);
    const auto facts = journal.facts(organization_, schedule_.read_to() + 1, limit, budget.bytes);
    for (const auto& fact : facts) {
        if (!schedule_.has_room()) return read;
        auto event = ledger::readable_event(fact.value, ledger::EventPart::thin);
        if (event.type.starts_with(kAboutWebhooks)) read.about_webhooks = true;
        const auto found = kept_.find(fact.sequence);
        if (!webhook_.settings.types.include(event.type)) {
            schedule_.leave_out(fact.sequence);
        } else if (found != kept_.end()) {
            take(found->second, event.subject, now);
        } else {
            const auto& waiting = waiting_[fact.sequence] = {std::move(event.type)};
            schedule_.take(fact.sequence, event.subject, now.steady);
            rows.emplace_back(webhook_.id, row_of(fact.sequence, waiting));
        }
        if (found != kept_.end()) kept_.erase(found);
    }
    // The read store may be ahead of the journal, after a crash or a loss of the latter.
    read.more = !facts.empty() && schedule_.read_to() < head && schedule_.has_room();
    return read;
}

void Subscription::take(const Delivery& kept, const std::string& subject, Moment now) {
    if (kept.status == DeliveryStatus::delivered) return schedule_.take_delivered(kept.sequence);
    waiting_[kept.sequence] = {kept.type, kept.attempts};
    std::optional<ledger::Clock::Steady> due;
    if (kept.next_attempt_at) due = steady_of(*kept.next_attempt_at, now);
    schedule_.take(kept.sequence, subject, now.steady, {kept.attempts, due});
}

void Subscription::finish(
    ledger::Sequence sequence, const Attempt& attempt, Moment now, Rows& rows
) {
    auto& waiting = waiting_.at(sequence);
    ++waiting.attempts;
    auto row = row_of(sequence, waiting);
    if (attempt.delivered()) {
        schedule_.delivered(sequence, now.steady);
        row.status = DeliveryStatus::delivered;
        waiting_.erase(sequence);
    } else {
        schedule_.failed(sequence, now.steady, attempt.retry_after);
        row.next_attempt_at = wall_of(*schedule_.due(sequence), now);
    }
    row.last_status = attempt.status;
    row.last_error = attempt.error;
    row.last_body = attempt.body;
    rows.emplace_back(webhook_.id, std::move(row));
}

void Subscription::delivered(ledger::Sequence sequence, Moment now) {
    waiting_.erase(sequence);
    schedule_.delivered(sequence, now.steady);
}

Progress Subscription::progress(Moment now) const {
    Progress progress;
    progress.cursor = {webhook_.start.set_by, schedule_.position()};
    progress.state = schedule_.state(now.steady);
    if (const auto since = schedule_.failing_since()) progress.failing_since = wall_of(*since, now);
    return progress;
}

Delivery Subscription::row_of(ledger::Sequence sequence, const Waiting& waiting) const {
    Delivery row;
    row.sequence = sequence;
    row.start = webhook_.start.set_by;
    row.type = waiting.type;
    row.status = waiting.attempts == 0 ? DeliveryStatus::pending : DeliveryStatus::failed;
    row.attempts = waiting.attempts;
    return row;
}

}  // namespace consularia::reactions::webhooks
