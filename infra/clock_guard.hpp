#pragma once
// Tells when the wall clock has jumped ahead.

#include <atomic>
#include <chrono>
#include <optional>

namespace consularia::infra {

/// Compares the wall clock with the time that has passed. Both are slewed alike by NTP; what is
/// left, steps of less than the limit, is forgiven every ten minutes, so that it never adds up.
/// Thread-safe.
class ClockGuard {
  public:
    using Micros = std::chrono::microseconds;

    /// `max_jump` of 0: every jump is fine.
    explicit ClockGuard(Micros max_jump) : max_jump_(max_jump) {}

    /// Looks at the two clocks, read at the same moment. Returns how far the wall clock has jumped
    /// ahead when that is more than the limit. It is over when it has come back: never by itself.
    std::optional<Micros> check(Micros wall, Micros passed);

  private:
    static constexpr Micros kForgiveAfter = std::chrono::minutes(10);
    static constexpr Micros kNever = Micros::min();

    const Micros max_jump_;
    /// The wall clock less the time passed, as last found good, and when that was.
    std::atomic<Micros> good_ = kNever;
    std::atomic<Micros> found_at_{};
};

}  // namespace consularia::infra
