#pragma once
// The commands of a partition that wait to be decided, in the order in which they came.

#include "ledger/pending.hpp"

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

namespace consularia::ledger {

/// Not thread-safe.
class CommandQueue {
  public:
    void push_back(std::vector<Pending> commands);
    /// Before all others, in their order.
    void push_front(std::vector<Pending> commands);

    /// Precondition: not empty.
    [[nodiscard]] const Pending& front() const { return commands_.front(); }

    [[nodiscard]] Pending pop_front();

    [[nodiscard]] bool empty() const { return commands_.empty(); }

    [[nodiscard]] std::size_t size() const { return commands_.size(); }

    /// Answers what is past its deadline; the order of the others stays.
    void answer_overdue(Clock::Steady now);
    /// Answers everything with Unavailable.
    void abandon(const std::string& why);

  private:
    void note(const Pending& command);

    std::deque<Pending> commands_;
    /// No deadline in the queue is earlier, so that the queue is searched only when one has passed.
    Clock::Steady earliest_ = Clock::Steady::max();
};

}  // namespace consularia::ledger
