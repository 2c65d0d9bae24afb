#include "infra/clock_guard.hpp"

namespace consularia::infra {

std::optional<ClockGuard::Duration> ClockGuard::check(Duration wall, Duration passed) {
    if (max_jump_ == Duration::zero()) return std::nullopt;
    const auto difference = wall - passed;
    const auto good = good_.load();
    if (good != kNever && difference - good > max_jump_) return difference - good;
    if (good == kNever || passed - found_at_.load() >= kForgiveAfter) {
        good_ = difference;
        found_at_ = passed;
    }
    return std::nullopt;
}

}  // namespace consularia::infra
