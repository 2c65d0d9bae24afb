#include "ledger/commands/batch.hpp"

#include "base/check.hpp"
#include "ledger/commands/overlay.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace consularia::ledger {

void Batch::add(Pending command, Sealed sealed) {
    by_hash_.emplace(sealed.hash, records_.size());
    records_.push_back({items_.size(), std::move(sealed.record)});
    values_.push_back(std::move(sealed.value));
    cost_ += command.cost;
    items_.push_back({std::move(command), Stage::waiting});
    ++waiting_records_;
    ++unanswered_;
}

void Batch::hold(Pending command) {
    cost_ += command.cost;
    items_.push_back({std::move(command), Stage::held});
    ++unanswered_;
}

bool Batch::holds_any() const {
    return std::any_of(items_.begin(), items_.end(), [](const Item& item) {
        return item.stage == Stage::held;
    });
}

const std::vector<std::string>& Batch::depart() {
    if (!std::exchange(departed_, true)) return values_;
    // An organization's records build on each other: a waiting record is sent together with all
    // before it, including those whose commands were answered with an unknown fate.
    std::set<domain::OrganizationId> needed;
    repeated_.clear();
    for (std::size_t i = records_.size(); i-- > 0;) {
        const auto& [item, record, judged] = records_[i];
        if (judged) continue;
        if (items_[item].stage == Stage::waiting) needed.insert(record.organization);
        if (needed.contains(record.organization)) repeated_.push_back(values_[i]);
    }
    std::reverse(repeated_.begin(), repeated_.end());
    return repeated_;
}

Awaited Batch::awaited(const Hash& hash) const {
    const auto found = by_hash_.find(hash);
    if (found == by_hash_.end()) return {};
    const Departure& departure = records_[found->second];
    const Item& item = items_[departure.item];
    const bool waits = item.stage == Stage::waiting;
    return {waits ? item.command.submission.wanted : Wanted::verdict, &departure.record};
}

void Batch::take_note(Judged judged) {
    const auto found = by_hash_.find(judged.hash);
    if (found == by_hash_.end()) return;
    seen_ = true;
    // A void copy proves nothing: it may have come before its predecessor, and another copy may
    // still follow. The organization's head decides (find_dead).
    if (!judged.fact) return;
    Departure& record = records_[found->second];
    record.judged = true;
    Item& item = items_[record.item];
    if (item.stage != Stage::waiting) return;
    if (judged.frozen) {
        answer(item, Unavailable{true, "The organization was frozen by its own record."});
    } else {
        answer(item, Accepted{judged.head, std::move(judged.state), std::move(judged.rendering)});
    }
}

bool Batch::find_dead(const StateReader& state) {
    std::map<domain::OrganizationId, Head> heads;
    std::set<domain::OrganizationId> broken;
    bool found = false;
    for (auto& [index, record, judged] : records_) {
        if (judged) continue;
        const domain::OrganizationId organization = record.organization;
        const auto [head, is_new] = heads.try_emplace(organization);
        if (is_new) head->second = state.head(organization);
        // A record that builds on a dead one is dead, although its own sequence is still ahead.
        if (!broken.contains(organization) && may_become_fact(link_of(record), head->second))
            continue;
        broken.insert(organization);
        judged = true;
        Item& item = items_[index];
        if (item.stage != Stage::waiting) continue;
        move(item, Stage::undecided);
        found = true;
    }
    return found;
}

void Batch::answer_records(const Reply& reply) {
    for (Item& item : items_) {
        if (item.stage == Stage::waiting) answer(item, reply);
    }
}

void Batch::take_note_of_failure(const std::string& why) {
    late_ = "Not carried out in time: " + why;
}

void Batch::give_up_records(const std::string& why) {
    answer_records(Unavailable{departed_, why});
}

void Batch::answer_overdue(Clock::Steady now) {
    for (Item& item : items_) {
        if (item.stage == Stage::answered || item.command.submission.deadline > now) continue;
        const bool fate_unknown = departed_ && item.stage == Stage::waiting;
        answer(item, Unavailable{fate_unknown, late_});
    }
}

void Batch::abandon(const std::string& why) {
    give_up_records(why);
    for (Item& item : items_) {
        if (item.stage != Stage::answered) answer(item, Unavailable{false, why});
    }
}

void Batch::settle(
    const RecordCodec& codec,
    const StateReader& state,
    domain::Timestamp clock,
    std::chrono::microseconds idempotency_ttl
) {
    CHECK(resolved());
    const Overlay settled(state);
    for (Item& item : items_) {
        if (item.stage != Stage::held) continue;
        const Submission& submission = item.command.submission;
        Decision decision = decide(codec, submission, settled, clock, idempotency_ttl);
        if (auto* reply = std::get_if<Reply>(&decision)) {
            answer(item, std::move(*reply));
        } else {
            move(item, Stage::undecided);
        }
    }
}

std::vector<Pending> Batch::take_undecided() {
    std::vector<Pending> taken;
    for (Item& item : items_) {
        if (item.stage == Stage::answered) continue;
        CHECK(item.stage == Stage::undecided || !departed_);
        taken.push_back(std::move(item.command));
        move(item, Stage::answered);
    }
    return taken;
}

void Batch::move(Item& item, Stage stage) {
    if (item.stage == Stage::waiting) --waiting_records_;
    if (stage == Stage::answered) --unanswered_;
    item.stage = stage;
}

void Batch::answer(Item& item, Reply reply) {
    move(item, Stage::answered);
    item.command.answer(std::move(reply));
}

}  // namespace consularia::ledger
