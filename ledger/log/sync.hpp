#pragma once
// Reads see everybody's writes: waits until the read store has applied everything that was in the
// log when the log was asked. Free on a ledger that nobody else appends to.

#include "base/stoppable_thread.hpp"
#include "ledger/log/clock.hpp"
#include "ledger/log/ends.hpp"
#include "ledger/log/ledger.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace consularia::ledger {

/// Thread-safe. One end-of-log query is in flight at a time, for the partitions with waiting
/// requests, shared by all requests that arrived before it was sent. A partition whose end cannot
/// be determined keeps only its own requests waiting.
///
/// A question costs the brokers and this node about as much as answering a few reads. So after a
/// question for many requests the next one waits until as many have come again, but no longer than
/// the last one took, and never long.
class Sync {
  public:
    /// Calls back, at the deadline at the latest, with whether everything before the position is
    /// applied.
    using WhenApplied =
        std::function<void(Partition, Position, Clock::Steady deadline, std::function<void(bool)>)>;

    /// A question for fewer requests is followed by the next one at once.
    static constexpr std::size_t kMany = 10;
    static constexpr std::chrono::milliseconds kLongestPause{1};

    /// Ledger and clock outlive this, and so does what `when_applied` uses.
    Sync(
        Ledger& ledger,
        WhenApplied when_applied,
        const Clock& clock,
        std::chrono::milliseconds longest_pause = kLongestPause
    );

    /// Whether wait() would call back at once.
    [[nodiscard]] bool free() const { return free_; }

    /// Calls `done(true)` when the partition is caught up, `done(false)` if that cannot be
    /// determined by the deadline (noticed when the query then in flight returns). Called from any
    /// thread, possibly this one.
    void wait(Partition partition, Clock::Steady deadline, std::function<void(bool)> done);

    /// Ends the query thread; waiting callers get false.
    void stop() { thread_.stop(); }

  private:
    struct Wait {
        Partition partition;
        Clock::Steady deadline;
        std::function<void(bool)> done;
    };

    void run(const std::stop_token& stop);
    /// Returns when so many have arrived, or the time is over.
    void await_arrivals(
        std::unique_lock<std::mutex>& lock,
        const std::stop_token& stop,
        std::size_t count,
        std::optional<Clock::Steady::duration> longest
    );
    /// Returns how long it took.
    Clock::Steady::duration ask_for(std::vector<Wait> waits, const std::stop_token& stop);
    void hand_over(std::vector<Wait> waits, const std::map<Partition, Position>& ends);
    void keep(Wait wait);

    const bool free_;
    Ends ends_;  ///< Used by the thread only.
    const WhenApplied when_applied_;
    const Clock& clock_;
    const Clock::Steady::duration longest_pause_;

    std::mutex mutex_;  ///< Guards the next three.
    std::vector<Wait> arrived_;
    std::size_t awaited_ = 1;  ///< The thread is woken when so many have arrived.
    bool ended_ = false;       ///< Set by the thread: it takes no more.
    std::condition_variable_any changed_;
    StoppableThread thread_;
};

}  // namespace consularia::ledger
