#pragma once
// How far a partition's log has been applied, and the callbacks that wait for more.

#include "ledger/log/clock.hpp"
#include "ledger/log/ledger.hpp"

#include <functional>
#include <map>
#include <mutex>

namespace consularia::ledger {

/// Thread-safe. Callbacks are called without a lock, each exactly once.
class AppliedPosition {
  public:
    explicit AppliedPosition(Position applied) : applied_(applied) {}

    [[nodiscard]] Position get() const;
    [[nodiscard]] bool awaited() const;

    /// Calls `done(true)` once everything before `position` is applied, in the order of positions;
    /// `done(false)` if the deadline passes first, or nothing will be applied any more. Returns
    /// whether the call is still to come.
    bool when(Position position, Clock::Steady deadline, std::function<void(bool)> done);

    void advance(Position applied);
    /// Gives up waits whose deadline has passed.
    void answer_overdue(Clock::Steady now);
    /// Later waits fail at once; existing ones remain.
    void refuse_waits();
    /// Nothing will be applied any more: gives up all waits.
    void close();

  private:
    struct Wait {
        Clock::Steady deadline;
        std::function<void(bool)> done;
    };

    mutable std::mutex mutex_;  // guards everything below
    Position applied_;
    std::multimap<Position, Wait> waits_;
    /// No wait's deadline is earlier, so the waits are searched only when one has passed.
    Clock::Steady earliest_ = Clock::Steady::max();
    bool refusing_ = false;
};

}  // namespace consularia::ledger
