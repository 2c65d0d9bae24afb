#pragma once
// Whose turn it is to append, among writers that lose races to each other.

#include "ledger/log/clock.hpp"
#include "ledger/log/ledger.hpp"

#include <chrono>
#include <vector>

namespace consularia::ledger {

/// Writers of several nodes that hammer one organization would all append at the moment when they
/// see a new head, and all but one in vain. So after a lost race they take turns, and the log is
/// the arbiter of that too: every record tells its writer, all see the same records in the same
/// order, and the turn passes from the writer of the newest fact to the next one by number. Who has
/// nothing to say is passed over after a while, and asked again when it has spoken. Who is not
/// known yet speaks at once: its record makes it known, void or not. Without lost races nobody ever
/// waits.
///
/// A matter of speed only: whoever appends out of turn risks a void record, no more, and nobody
/// waits for long, whatever a stranger writes into the log. Not thread-safe.
class Turns {
  public:
    using Time = Clock::Steady;

    explicit Turns(Writer self) : self_(self) {}

    /// A record of the log was judged.
    void saw(Writer writer, bool fact, Time now);
    /// A batch of ours took so long, from its decision to its verdict.
    void took(std::chrono::microseconds time);

    /// The moment from which on we may append, if no other writer does before; we have wanted to
    /// since then.
    [[nodiscard]] Time next(Time now, Time since) const;

  private:
    [[nodiscard]] bool contended(Time now) const { return now < contended_until_; }

    [[nodiscard]] Clock::Steady::duration patience() const;
    void pass_to(Writer writer);

    const Writer self_;
    std::vector<Writer> ring_;    ///< Who wants to append, as far as one knows, by number.
    std::vector<Writer> passed_;  ///< Who was passed over, and has not been heard of since.
    Writer last_ = kNoWriter;     ///< Whose turn it was last.
    Time last_at_{};              ///< The first fact of that turn.
    Time contended_until_{};
    std::chrono::microseconds round_{1000};  ///< What a batch of ours takes, smoothed.
    double stretch_ = 1;                     ///< How much slower than ours others' batches may be.
};

}  // namespace consularia::ledger
