#pragma once
// Detects that the wall clock has jumped ahead.

#include <atomic>
#include <chrono>
#include <optional>

namespace consularia::infra {

/// Compares the wall clock with the elapsed time. NTP slews both alike; the remaining difference,
/// steps below the limit, is forgiven every ten minutes, so that it never adds up. Thread-safe.
class ClockGuard {
  public:
    using Duration = std::chrono::microseconds;

    /// `max_jump` of 0: every jump is accepted.
    explicit ClockGuard(Duration max_jump) : max_jump_(max_jump) {}

    /// Compares the two clocks, read at the same moment. Returns how far the wall clock has jumped
    /// ahead if that is more than the limit. A jump is over when the clock has come back, never by
    /// itself.
    std::optional<Duration> check(Duration wall, Duration passed);

  private:
    static constexpr Duration kForgiveAfter = std::chrono::minutes(10);
    static constexpr Duration kNever = Duration::min();

    const Duration max_jump_;
    /// The wall clock minus the elapsed time, as last accepted, and when that was.
    std::atomic<Duration> good_ = kNever;
    std::atomic<Duration> found_at_{};
};

}  // namespace consularia::infra
