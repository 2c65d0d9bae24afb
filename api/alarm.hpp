#pragma once
// Wakes a request that waits for something to happen.

#include <functional>
#include <mutex>
#include <utility>

namespace consularia::api {

/// Once it has rung it stays so until it is reset: who resets it before looking misses nothing that
/// happens while it looks. Thread-safe.
class Alarm {
  public:
    /// Wakes the one that waits. Returns at once.
    void ring() {
        std::function<void()> wake;
        {
            const std::lock_guard lock(mutex_);
            rung_ = true;
            wake = std::exchange(wake_, {});
        }
        if (wake) wake();
    }

    void reset() {
        const std::lock_guard lock(mutex_);
        rung_ = false;
    }

    /// Calls back once, at once if it has rung. Replaces the one that waited before.
    void wait(std::function<void()> wake) {
        {
            const std::lock_guard lock(mutex_);
            wake_ = {};
            if (!rung_) wake_ = std::exchange(wake, {});
        }
        if (wake) wake();
    }

  private:
    std::mutex mutex_;  ///< Guards all below.
    bool rung_ = false;
    std::function<void()> wake_;
};

}  // namespace consularia::api
