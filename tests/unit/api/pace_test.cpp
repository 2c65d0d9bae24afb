#include "api/pace.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace consularia::api {
namespace {

using namespace std::chrono_literals;

constexpr Pace::Clock::time_point kBegin{1h};

/// When the last of the looks begins that are all asked for at `now`, and that take this long.
Pace::Clock::time_point last_of(
    Pace& pace, int looks, Pace::Clock::duration time, Pace::Clock::time_point now
) {
    auto last = now;
    for (int i = 0; i < looks; ++i) {
        const auto look = pace.next(now);
        pace.took(look, time);
        last = std::max(last, look.at);
    }
    return last;
}

TEST(Pace, LetsTheFirstLookBeginAtOnce) {
    Pace pace;
    EXPECT_EQ(pace.next(kBegin).at, kBegin);
}

TEST(Pace, LetsALookBeginAtOnceAfterARest) {
    Pace pace;
    const auto last = last_of(pace, 100, 1ms, kBegin);
    EXPECT_EQ(pace.next(last + 1s).at, last + 1s);
}

TEST(Pace, KeepsLooksToATenthOfTheTime) {
    for (const auto time : {0us, 50us, 950us}) {
        Pace pace;
        const auto last = last_of(pace, 1001, time, kBegin);
        EXPECT_EQ(last - kBegin, 1000 * 10 * (time + 50us)) << time.count();
    }
}

TEST(Pace, CountsALookThatTookLongerThanUsualWhenItIsOver) {
    Pace pace;
    (void)last_of(pace, 100, 0us, kBegin);
    const auto now = kBegin + 1h;
    const auto look = pace.next(now);
    EXPECT_EQ(pace.next(now).at - now, 500us);
    pace.took(look, 1ms);
    EXPECT_EQ(pace.next(now).at - now, 2 * 500us + 10 * 1ms);
}

TEST(Pace, ForgetsALookThatWasHeldUp) {
    Pace pace;
    pace.took(pace.next(kBegin), 1h);
    EXPECT_LT(pace.next(kBegin).at - kBegin, 1s);
}

}  // namespace
}  // namespace consularia::api
