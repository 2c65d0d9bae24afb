#pragma once
// A clock that stands still until a test moves it.

#include "ledger/log/clock.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace consularia::test {

/// Thread-safe. The wall clock starts at 2026-11-23T10:00:00Z, the steady clock at its epoch.
class ManualClock final : public ledger::Clock {
  public:
    [[nodiscard]] domain::Timestamp now() const override {
        return domain::Timestamp(std::chrono::microseconds(wall_.load()));
    }

    [[nodiscard]] std::optional<std::string> problem() const override {
        const std::lock_guard lock(mutex_);
        return problem_.empty() ? std::nullopt : std::optional(problem_);
    }

    [[nodiscard]] Steady steady() const override {
        return Steady(std::chrono::microseconds(steady_.load()));
    }

    /// Both clocks.
    void advance(std::chrono::microseconds time) {
        wall_ += time.count();
        steady_ += time.count();
    }

    /// The wall clock alone, also back.
    void set_wall(domain::Timestamp moment) { wall_ = moment.time_since_epoch().count(); }

    /// The problem of the wall clock from now on; empty if there is none.
    void set_problem(std::string problem) {
        const std::lock_guard lock(mutex_);
        problem_ = std::move(problem);
    }

  private:
    mutable std::mutex mutex_;  ///< Guards problem_.
    std::string problem_;
    // Since the epochs of the two clocks.
    std::atomic<std::chrono::microseconds::rep> wall_{1'795'428'000'000'000};
    std::atomic<std::chrono::microseconds::rep> steady_{0};
};

}  // namespace consularia::test
