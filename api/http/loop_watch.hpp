#pragma once
// Gives a loop another thread when one of its steps does not return.

#include "api/http/loop.hpp"
#include "base/periodic.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <vector>

namespace consularia::api::http {

struct LoopWatchLimits {
    std::chrono::milliseconds patience;       ///< How long a step may take before the loop gets
                                              ///< another thread.
    std::size_t hanging;                      ///< How many threads may hang before reads are
                                              ///< refused.
    std::chrono::milliseconds stalled_after;  ///< When a step is reported as hanging.
};

/// Each loop has one thread in reserve beyond those that may hang: while reads are refused,
/// requests that need no data are served. The watch's own thread only reads atomics.
class LoopWatch {
  public:
    /// `report` is called with the number of hanging steps when it has changed. The loops outlive
    /// this.
    LoopWatch(
        std::vector<Loop*> loops,
        LoopWatchLimits limits,
        std::function<void(std::size_t hanging)> report
    );

    /// Whether so many reads hang that another one would most likely hang too. Thread-safe.
    [[nodiscard]] bool refuses_reads() const {
        return refuses_reads_.load(std::memory_order_relaxed);
    }

    void stop() { thread_.stop(); }

  private:
    void look(Loop::Steady now);

    const std::vector<Loop*> loops_;
    const LoopWatchLimits limits_;
    const std::function<void(std::size_t)> report_;
    std::size_t reported_ = 0;
    std::atomic<bool> refuses_reads_ = false;
    Periodic thread_;
};

}  // namespace consularia::api::http
