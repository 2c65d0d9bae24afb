#include "base/stoppable_thread.hpp"

#include "base/periodic.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <vector>

namespace consularia {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::hours kVeryLong{24};

TEST(StoppableThread, AStopEndsALongSleep) {
    std::promise<bool> stopped;
    StoppableThread thread([&](const std::stop_token& stop) {
        stopped.set_value(stopped_within(stop, kVeryLong));
    });
    thread.stop();
    EXPECT_TRUE(stopped.get_future().get());
}

TEST(StoppableThread, ASleepThatIsOverReportsNoStop) {
    const std::stop_source source;
    EXPECT_FALSE(stopped_within(source.get_token(), 1ms));
    EXPECT_FALSE(stopped_within({}, -1ms));
}

TEST(StoppableThread, SeveralThreadsMayStopItAndEachWaitsForItsEnd) {
    std::atomic<bool> ended = false;
    StoppableThread thread([&](const std::stop_token& stop) {
        (void)stopped_within(stop, kVeryLong);
        ended = true;
    });
    std::vector<std::future<bool>> stoppers;
    for (int i = 0; i < 4; ++i) {
        stoppers.push_back(std::async(std::launch::async, [&] {
            thread.stop();
            return ended.load();
        }));
    }
    for (auto& stopper : stoppers) EXPECT_TRUE(stopper.get());
    thread.stop();
}

TEST(StoppableThread, WithoutAThreadThereIsNothingToStop) {
    StoppableThread none;
    none.stop();
}

TEST(Periodic, CallsUntilItIsStopped) {
    std::atomic<int> calls = 0;
    std::promise<void> often;
    Periodic periodic(1ms, [&] {
        if (++calls == 3) often.set_value();
    });
    often.get_future().get();
    periodic.stop();
    const int at_stop = calls;
    EXPECT_FALSE(stopped_within({}, 5ms));
    EXPECT_EQ(calls, at_stop);
}

TEST(Periodic, AStopDoesNotWaitForThePause) {
    Periodic never(kVeryLong, [] { ADD_FAILURE(); });
    never.stop();
}

}  // namespace
}  // namespace consularia
