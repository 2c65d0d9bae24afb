#include "ledger/commands/applied_position.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace consularia::ledger {

Position AppliedPosition::get() const {
    const std::lock_guard lock(mutex_);
    return applied_;
}

bool AppliedPosition::awaited() const {
    const std::lock_guard lock(mutex_);
    return !waits_.empty();
}

bool AppliedPosition::when(
    Position position, Clock::Steady deadline, std::function<void(bool)> done
) {
    bool reached = false;
    {
        const std::lock_guard lock(mutex_);
        reached = position <= applied_;
        if (!reached && !refusing_) {
            earliest_ = std::min(earliest_, deadline);
            waits_.emplace(position, Wait{deadline, std::move(done)});
            return true;
        }
    }
    done(reached);
    return false;
}

void AppliedPosition::advance(Position applied) {
    std::vector<std::function<void(bool)>> reached;
    {
        const std::lock_guard lock(mutex_);
        applied_ = applied;
        const auto end = waits_.upper_bound(applied);
        for (auto wait = waits_.begin(); wait != end; ++wait) {
            reached.push_back(std::move(wait->second.done));
        }
        waits_.erase(waits_.begin(), end);
    }
    for (const auto& done : reached) done(true);
}

void AppliedPosition::answer_overdue(Clock::Steady now) {
    std::vector<std::function<void(bool)>> overdue;
    {
        const std::lock_guard lock(mutex_);
        if (earliest_ > now) return;
        earliest_ = Clock::Steady::max();
        for (auto wait = waits_.begin(); wait != waits_.end();) {
            if (wait->second.deadline > now) {
                earliest_ = std::min(earliest_, wait->second.deadline);
                ++wait;
                continue;
            }
            overdue.push_back(std::move(wait->second.done));
            wait = waits_.erase(wait);
        }
    }
    for (const auto& done : overdue) done(false);
}

void AppliedPosition::refuse_waits() {
    const std::lock_guard lock(mutex_);
    refusing_ = true;
}

void AppliedPosition::close() {
    std::multimap<Position, Wait> waits;
    {
        const std::lock_guard lock(mutex_);
        refusing_ = true;
        waits.swap(waits_);
    }
    for (const auto& [position, wait] : waits) wait.done(false);
}

}  // namespace consularia::ledger
