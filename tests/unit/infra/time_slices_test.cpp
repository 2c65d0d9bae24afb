#include "infra/time_slices.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace consularia::infra {
namespace {

TEST(TimeSlices, AThreadAndThoseThatItCreatesHaveShortOnesWhereTheKernelGrantsThem) {
    const auto before = time_slice();
    std::thread([before] {
        const bool granted = request_short_time_slices();
        const auto mine = time_slice();
        std::chrono::nanoseconds inherited{};
        std::thread([&inherited] { inherited = time_slice(); }).join();
        if (granted) {
            EXPECT_EQ(mine, kTimeSlice);
        } else {
            EXPECT_EQ(mine, before) << "an older kernel: nothing is different";
        }
        EXPECT_EQ(inherited, mine);
    }).join();
    EXPECT_EQ(time_slice(), before) << "of a thread that requested nothing";
}

}  // namespace
}  // namespace consularia::infra
