#include "ledger/commands/queue.hpp"

#include <algorithm>
#include <utility>

namespace consularia::ledger {

void CommandQueue::push_back(std::vector<Pending> commands) {
    for (Pending& command : commands) push(std::move(command), Side::back);
}

void CommandQueue::push_front(std::vector<Pending> commands) {
    for (auto command = commands.rbegin(); command != commands.rend(); ++command) {
        push(std::move(*command), Side::front);
    }
}

void CommandQueue::push(Pending command, Side side) {
    const auto organization = command.submission.organization;
    const auto [entry, is_new] = shares_.try_emplace(organization);
    Share& share = entry->second;
    if (is_new) {
        share.organization = organization;
        share.credit = turn_bytes_;
        turns_.push_back(&share);
    }
    if (share.commands.empty()) ++waiting_;
    const auto charged = static_cast<std::int64_t>(std::exchange(command.cost, 0));
    share.credit = std::min(share.credit + charged, turn_bytes_);
    const auto deadline = deadlines_.emplace(command.submission.deadline, Place{});
    const auto before = side == Side::front ? share.commands.begin() : share.commands.end();
    const auto place = share.commands.insert(before, Waiting{std::move(command), deadline});
    deadline->second = {&share, place};
}

void CommandQueue::adapt(
    std::size_t cost, Clock::Steady::duration append, Clock::Steady::duration work
) {
    constexpr int kBatchesRemembered = 8;
    if (work <= Clock::Steady::duration::zero()) return;
    const double affordable =
        static_cast<double>(cost) * (std::chrono::duration<double>(append) / work);
    const auto bytes = static_cast<std::int64_t>(
        std::clamp(affordable, double{kTurnBytes}, double{kLongestTurnBytes})
    );
    turn_bytes_ += (bytes - turn_bytes_) / kBatchesRemembered;
}

void CommandQueue::begin_round(Clock::Steady now) {
    if (empty()) return;
    alone_ = is_alone(now);
    do {
        ++round_;
    } while (turn() == nullptr);
}

/// Precondition: not empty.
bool CommandQueue::is_alone(Clock::Steady now) {
    const auto organization = deadlines_.begin()->second.share->organization;
    if (waiting_ == 1 && lone_ == organization) return now - lone_since_ >= kAloneAfter;
    lone_.reset();
    if (waiting_ == 1) lone_ = organization;
    lone_since_ = now;
    return false;
}

const Pending* CommandQueue::front() {
    const Share* share = empty() ? nullptr : turn();
    return share == nullptr ? nullptr : &share->commands.front().command;
}

Pending CommandQueue::pop_front(std::size_t cost) {
    Share& share = *turn();
    share.credit -= static_cast<std::int64_t>(cost);
    Pending command = take(share.commands.front().deadline);
    command.cost = cost;
    forgive();
    return command;
}

/// The share whose turn it is and that can use it; null if all have had theirs. Precondition: not
/// empty.
CommandQueue::Share* CommandQueue::turn() {
    for (;;) {
        Share& share = *turns_.front();
        if (share.round == round_ && !alone_) return nullptr;
        if (share.credit > 0 && !share.commands.empty()) return &share;
        turns_.pop_front();
        if (share.credit >= 0 && share.commands.empty()) {
            shares_.erase(share.organization);
        } else {
            share.credit += turn_bytes_;
            share.round = round_;
            turns_.push_back(&share);
        }
    }
}

Pending CommandQueue::take(Deadlines::iterator deadline) {
    const Place place = deadline->second;
    Pending command = std::move(place.command->command);
    place.share->commands.erase(place.command);
    if (place.share->commands.empty()) --waiting_;
    deadlines_.erase(deadline);
    return command;
}

/// Debts are owed to waiting organizations.
void CommandQueue::forgive() {
    if (!empty()) return;
    turns_.clear();
    shares_.clear();
}

void CommandQueue::answer_overdue(Clock::Steady now) {
    while (!empty() && deadlines_.begin()->first <= now) {
        // A command in the queue was never appended, or its record is dead.
        take(deadlines_.begin()).answer(Unavailable{false, "Not carried out in time."});
    }
    forgive();
}

void CommandQueue::abandon(const std::string& why) {
    while (!empty()) take(deadlines_.begin()).answer(Unavailable{false, why});
    forgive();
}

}  // namespace consularia::ledger
