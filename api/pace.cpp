#include "api/pace.hpp"

#include <algorithm>

namespace consularia::api {

namespace {

constexpr int kPart = 10;
/// What comes with a look: waking the stream, a timer, writing to the socket.
constexpr std::chrono::microseconds kAround{50};
/// A look that was held up says nothing about those that follow.
constexpr std::chrono::milliseconds kLongest{50};
/// The usual time is about the average of so many looks.
constexpr int kRemembered = 8;

}  // namespace

Pace::Look Pace::next(Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    const Look look{std::max(now, free_at_), usual_};
    free_at_ = look.at + kPart * (look.assumed + kAround);
    return look;
}

void Pace::took(const Look& look, Clock::duration time) {
    const std::lock_guard lock(mutex_);
    time = std::min<Clock::duration>(time, kLongest);
    free_at_ += kPart * (time - look.assumed);
    usual_ += (time - usual_) / kRemembered;
}

}  // namespace consularia::api
