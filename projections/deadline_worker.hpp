#pragma once
// The clock acts: ends appointments whose end has come, with commands like anybody's.

#include "ledger/clock.hpp"
#include "ledger/command.hpp"
#include "projections/due.hpp"
#include "projections/read_store.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace consularia::projections {

struct DeadlineLimits {
    std::size_t in_flight = 64;  ///< Commands at once: its share of the partition's queue.
    std::chrono::milliseconds poll{250};
    std::chrono::milliseconds command_deadline{5000};
    /// An entry whose command changed nothing is left alone for so long, lest it spins.
    std::chrono::milliseconds retry_after{30'000};
    /// An entry that another node should end is left to it for so long.
    std::chrono::milliseconds patience{750};
};

/// Driven by the deadlines read model alone, so it needs no memory of its own: what was due while
/// it was down is done when it comes up, in order. One thread, from start() to stop(), works for
/// one partition.
class DeadlineWorker {
  public:
    using Submit = std::function<void(ledger::Submission, ledger::ReplyHandler)>;

    /// All outlive this. `is_ours` says whether this node is the one that should act in the
    /// partition now; whatever it says, two that act do no harm. `new_event_id` makes UUIDs of
    /// version 7.
    DeadlineWorker(
        const ReadStore& store,
        ledger::Partition partition,
        std::function<bool()> is_ours,
        const ledger::Clock& clock,
        Submit submit,
        std::function<domain::EventId()> new_event_id,
        std::function<void(const std::string&)> on_problem,
        DeadlineLimits limits = {}
    );
    DeadlineWorker(const DeadlineWorker&) = delete;
    DeadlineWorker& operator=(const DeadlineWorker&) = delete;
    ~DeadlineWorker();

    void start();

    /// Waits for the answers to what is in flight.
    void stop();

    /// Ends what is due now, as much as may be in flight at once, and waits for the answers.
    /// Returns how many commands it gave. For the thread, and for tests without one.
    std::size_t pass();

  private:
    void run();
    void carry_out(const std::vector<Due>& due);

    const ReadStore& store_;
    const ledger::Partition partition_;
    const std::function<bool()> is_ours_;
    const ledger::Clock& clock_;
    const Submit submit_;
    const std::function<domain::EventId()> new_event_id_;
    const std::function<void(const std::string&)> on_problem_;
    const DeadlineLimits limits_;
    /// Entries whose command did not end them, and until when they are left alone.
    std::map<Due, ledger::Clock::Steady> postponed_;

    std::mutex mutex_;  ///< Guards what follows.
    std::condition_variable changed_;
    bool stopping_ = false;
    std::size_t unanswered_ = 0;
    std::vector<std::pair<Due, std::chrono::milliseconds>> left_over_;
    std::thread thread_;
};

}  // namespace consularia::projections
