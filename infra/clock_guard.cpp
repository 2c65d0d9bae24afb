#include "infra/clock_guard.hpp"

namespace consularia::infra {

std::optional<ClockGuard::Micros> ClockGuard::check(Micros wall, Micros passed) {
    if (max_jump_ == Micros::zero()) return std::nullopt;
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
