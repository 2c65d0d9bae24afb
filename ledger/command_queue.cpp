#include "ledger/command_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace consularia::ledger {

void CommandQueue::push_back(std::vector<Pending> commands) {
    for (Pending& command : commands) {
        note(command);
        commands_.push_back(std::move(command));
    }
}

void CommandQueue::push_front(std::vector<Pending> commands) {
    for (auto command = commands.rbegin(); command != commands.rend(); ++command) {
        note(*command);
        commands_.push_front(std::move(*command));
    }
}

Pending CommandQueue::pop_front() {
    Pending command = std::move(commands_.front());
    commands_.pop_front();
    return command;
}

void CommandQueue::answer_overdue(Clock::Steady now) {
    if (earliest_ > now) return;
    const auto overdue =
        std::stable_partition(commands_.begin(), commands_.end(), [now](const Pending& command) {
            return command.submission.deadline > now;
        });
    std::vector<Pending> late(
        std::make_move_iterator(overdue), std::make_move_iterator(commands_.end())
    );
    commands_.erase(overdue, commands_.end());
    earliest_ = Clock::Steady::max();
    for (const Pending& command : commands_) note(command);
    // A command in the queue was never appended, or its record is dead.
    for (Pending& command : late) command.reply(Unavailable{false, "Not carried out in time."});
}

void CommandQueue::abandon(const std::string& why) {
    const std::deque<Pending> abandoned = std::exchange(commands_, {});
    for (const Pending& command : abandoned) command.reply(Unavailable{false, why});
}

void CommandQueue::note(const Pending& command) {
    earliest_ = std::min(earliest_, command.submission.deadline);
}

}  // namespace consularia::ledger
