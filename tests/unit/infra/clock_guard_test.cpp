#include "infra/clock_guard.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace consularia::infra {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

/// Two clocks that a test moves.
class ClockGuardTest : public testing::Test {
  protected:
    ClockGuardTest() { EXPECT_TRUE(good()); }

    void pass(microseconds time) {
        wall_ += time;
        passed_ += time;
    }

    void jump(microseconds by) { wall_ += by; }

    std::optional<microseconds> check() { return guard_.check(wall_, passed_); }

    bool good() { return !check(); }

    ClockGuard guard_{60s};
    microseconds wall_ = 1'795'428'000s;
    microseconds passed_ = 3s;
};

TEST_F(ClockGuardTest, AJumpOfMoreThanTheLimitIsOneUntilTheClockIsBack) {
    jump(60s);
    EXPECT_TRUE(good()) << "at the limit";
    jump(1us);
    EXPECT_EQ(check(), 60s + 1us);
    pass(std::chrono::hours(24));
    EXPECT_EQ(check(), 60s + 1us) << "it is not forgiven by waiting";
    jump(-2s);
    EXPECT_TRUE(good());
    pass(std::chrono::hours(24));
    EXPECT_TRUE(good());
}

TEST_F(ClockGuardTest, TimeThatPassesIsNone) {
    for (int hour = 0; hour < 1000; ++hour) {
        pass(1h);
        EXPECT_TRUE(good());
    }
}

TEST_F(ClockGuardTest, SmallStepsDoNotAddUpOverWeeks) {
    for (int step = 0; step < 3000; ++step) {
        pass(10min);
        jump(500ms);  // More than NTP slews, and steps as chrony makes them.
        ASSERT_TRUE(good()) << step;
    }
}

TEST_F(ClockGuardTest, StepsWithinTenMinutesDoAddUp) {
    pass(11min);
    EXPECT_TRUE(good());
    for (int step = 0; step < 2; ++step) {
        pass(1min);
        jump(30s);
        EXPECT_TRUE(good());
    }
    pass(1min);
    jump(1s);
    EXPECT_EQ(check(), 61s);
}

TEST_F(ClockGuardTest, AJumpWhileNobodyLookedIsFound) {
    pass(std::chrono::hours(100));
    jump(2min);
    EXPECT_EQ(check(), 2min);
}

TEST_F(ClockGuardTest, AClockThatGoesBackAndForthIsGood) {
    jump(-1h);
    EXPECT_TRUE(good());
    pass(1min);
    jump(1h);
    EXPECT_TRUE(good());
}

TEST_F(ClockGuardTest, OfALimitOfZeroEveryJumpIsGood) {
    ClockGuard none(0s);
    EXPECT_FALSE(none.check(wall_, passed_));
    EXPECT_FALSE(none.check(wall_ + std::chrono::hours(24 * 365), passed_));
}

}  // namespace
}  // namespace consularia::infra
