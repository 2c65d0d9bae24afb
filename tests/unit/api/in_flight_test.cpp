// The memory that bodies and answers share.

#include "api/http/in_flight.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <thread>
#include <vector>

namespace consularia::api::http {
namespace {

TEST(InFlight, AllowsAsMuchAsItsLimitAndNoByteMore) {
    InFlight all(100);
    InFlight::Share one(all);
    EXPECT_TRUE(one.take(60));
    InFlight::Share other(all);
    EXPECT_FALSE(other.take(41));
    EXPECT_TRUE(other.take(40));
    EXPECT_EQ(all.bytes(), 100U);
    EXPECT_FALSE(one.take(1));
    EXPECT_TRUE(one.take(0));
}

TEST(InFlight, TakesBackWhatAShareHadWhenItEnds) {
    InFlight all(100);
    std::optional<InFlight::Share> one(std::in_place, all);
    EXPECT_TRUE(one->take(30));
    EXPECT_TRUE(one->take(30));
    one->give_back();
    EXPECT_EQ(all.bytes(), 0U);
    EXPECT_TRUE(one->take(100));
    one.reset();
    EXPECT_EQ(all.bytes(), 0U);
}

TEST(InFlight, RefusesNothingThatIsTakenAnyway) {
    InFlight all(100);
    InFlight::Share small(all);
    small.take_anyway(150);
    EXPECT_EQ(all.bytes(), 150U);
    InFlight::Share other(all);
    EXPECT_FALSE(other.take(1));
    small.give_back();
    EXPECT_TRUE(other.take(100));
}

TEST(InFlight, NeverExceedsItsLimitWhateverThreadsDo) {
    InFlight all(1000);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int times = 0; times < 20'000; ++times) {
                InFlight::Share share(all);
                if (share.take(300)) {
                    EXPECT_LE(all.bytes(), 1000U);
                }
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(all.bytes(), 0U);
}

}  // namespace
}  // namespace consularia::api::http
