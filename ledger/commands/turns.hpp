#pragma once
// Whose turn it is to append, among writers that lose races to each other.

#include "ledger/log/clock.hpp"
#include "ledger/log/ledger.hpp"

#include <chrono>
#include <vector>

namespace consularia::ledger {

/// Writers of several nodes that compete for one organization would all append as soon as they see
/// a new head, and all but one in vain. So after a lost race they take turns, and the log is the
/// arbiter of that too: every record states its writer, all nodes see the same records in the same
/// order, and the turn passes from the writer of the newest fact to the next one by number. A
/// silent writer is skipped after a while, and included again once it has appended. An unknown
/// writer appends at once: its record makes it known, void or not. Without lost races no writer
/// ever waits.
///
/// This affects only speed: a writer that appends out of turn risks a void record and nothing else,
/// and no writer waits for long, whatever a stranger writes into the log. Not thread-safe.
class Turns {
  public:
    using Time = Clock::Steady;

    explicit Turns(Writer self) : self_(self) {}

    /// A record of the log was judged.
    void saw(Writer writer, bool fact, Time now);
    /// One of our batches took this long, from its decision to its verdict.
    void took(std::chrono::microseconds time);

    /// The moment from which we may append if no other writer does so before; `since` is when we
    /// first wanted to.
    [[nodiscard]] Time next(Time now, Time since) const;

  private:
    [[nodiscard]] bool contended(Time now) const { return now < contended_until_; }

    [[nodiscard]] Clock::Steady::duration patience() const;
    void pass_to(Writer writer);

    const Writer self_;
    std::vector<Writer> ring_;    ///< The writers that are known to want to append, by number.
    std::vector<Writer> passed_;  ///< The writers that were skipped and have not appended since.
    Writer last_ = kNoWriter;     ///< The writer that had the last turn.
    Time last_at_{};              ///< The first fact of that turn.
    Time contended_until_{};
    std::chrono::microseconds round_{1000};  ///< The smoothed duration of our batches.
    double stretch_ = 1;                     ///< How much slower than ours the batches of others
                                             ///< may be.
};

}  // namespace consularia::ledger
