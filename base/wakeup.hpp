#pragma once
// A thread sleeps on this until others have something for it.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace consularia::ledger {

/// Thread-safe; one thread waits. A ring() without a waiting thread ends the next wait at once.
class Wakeup {
  public:
    void ring() {
        {
            const std::lock_guard lock(mutex_);
            rung_ = true;
        }
        condition_.notify_one();
    }

    /// Waits until ring(), but at most for `timeout`.
    void wait(std::optional<std::chrono::microseconds> timeout) {
        std::unique_lock lock(mutex_);
        const auto rung = [this] { return rung_; };
        if (timeout) {
            condition_.wait_for(lock, *timeout, rung);
        } else {
            condition_.wait(lock, rung);
        }
        rung_ = false;
    }

  private:
    std::mutex mutex_;
    std::condition_variable condition_;
    bool rung_ = false;
};

}  // namespace consularia::ledger
