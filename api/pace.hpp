#pragma once
// How often followers look for events. A thousand streams of a busy organization would look all the
// time, and leave none for the commands that make the events.

#include <chrono>
#include <mutex>

namespace consularia::api {

/// Looks follow each other so that all of them together take about a tenth of one processor: they
/// find more events each time instead. Thread-safe.
class Pace {
  public:
    using Clock = std::chrono::steady_clock;

    struct Look {
        Clock::time_point at;     ///< When it may begin.
        Clock::duration assumed;  ///< What it will take.
    };

    /// The next look may begin at once, unless those before have taken their part of the time.
    [[nodiscard]] Look next(Clock::time_point now);

    void took(const Look& look, Clock::duration time);

  private:
    std::mutex mutex_;  ///< Guards all below.
    Clock::time_point free_at_;
    Clock::duration usual_{};
};

}  // namespace consularia::api
