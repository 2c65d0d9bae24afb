// The memory that bodies and answers share.

#include "api/http/in_flight.hpp"

#include "tests/support/domain_samples.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <thread>
#include <vector>

namespace consularia::api::http {
namespace {

const InFlight::Owner kNobody;

InFlight::Owner organization(std::uint8_t number) {
    domain::UuidBytes bytes{};
    bytes.front() = number;
    return domain::OrganizationId{bytes};
}

TEST(InFlight, AllowsAsMuchAsItsLimitAndNoByteMore) {
    InFlight all(100, 100);
    InFlight::Share one(all, kNobody);
    EXPECT_TRUE(one.take(60));
    InFlight::Share other(all, kNobody);
    EXPECT_FALSE(other.take(41));
    EXPECT_TRUE(other.take(40));
    EXPECT_EQ(all.bytes(), 100U);
    EXPECT_FALSE(one.take(1));
    EXPECT_TRUE(one.take(0));
}

TEST(InFlight, TakesBackWhatAShareHadWhenItEnds) {
    InFlight all(100, 100);
    std::optional<InFlight::Share> one(std::in_place, all, kNobody);
    EXPECT_TRUE(one->take(30));
    EXPECT_TRUE(one->take(30));
    one->give_back();
    EXPECT_EQ(all.bytes(), 0U);
    EXPECT_TRUE(one->take(100));
    one.reset();
    EXPECT_EQ(all.bytes(), 0U);
}

TEST(InFlight, RefusesNothingThatIsTakenAnyway) {
    InFlight all(100, 100);
    InFlight::Share small(all, kNobody);
    small.take_anyway(150);
    EXPECT_EQ(all.bytes(), 150U);
    InFlight::Share other(all, kNobody);
    EXPECT_FALSE(other.take(1));
    small.give_back();
    EXPECT_TRUE(other.take(100));
}

TEST(InFlight, AllowsAnOwnerAsMuchAsItsLimitAndNoByteMore) {
    InFlight all(100, 30);
    const auto owner = organization(1);
    InFlight::Share one(all, owner);
    InFlight::Share two(all, owner);
    EXPECT_TRUE(one.take(10));
    EXPECT_FALSE(two.take(21));
    EXPECT_TRUE(two.take(20));
    EXPECT_FALSE(one.take(1));
    EXPECT_EQ(all.bytes(), 30U);
    two.give_back();
    EXPECT_TRUE(one.take(20));
}

TEST(InFlight, LeavesToOthersWhatOneOwnerMayNotHave) {
    InFlight all(100, 30);
    const auto owner = organization(1);
    const auto other = organization(2);
    InFlight::Share first(all, owner);
    InFlight::Share second(all, owner);
    ASSERT_TRUE(first.take(30));
    ASSERT_FALSE(second.take(1));
    InFlight::Share of_other(all, other);
    EXPECT_TRUE(of_other.take(30));
    InFlight::Share of_admin(all, kNobody);
    EXPECT_TRUE(of_admin.take(30));
    InFlight::Share more_of_admin(all, kNobody);
    EXPECT_FALSE(more_of_admin.take(1));
}

TEST(InFlight, TakesWhatIsLargerThanAnOwnersLimitWhileTheOwnerHasNothingElse) {
    InFlight all(100, 30);
    const auto owner = organization(1);
    InFlight::Share large(all, owner);
    EXPECT_TRUE(large.take(40));
    EXPECT_TRUE(large.take(40));  // As a chunked body does.
    EXPECT_FALSE(large.take(40));
    InFlight::Share next(all, owner);
    EXPECT_FALSE(next.take(1));
}

TEST(InFlight, KnowsAnOwnerThatIsIdentifiedBeforeAnythingIsTaken) {
    InFlight all(100, 30);
    InFlight::Owner owner;
    InFlight::Share one(all, owner);
    owner = organization(1);
    ASSERT_TRUE(one.take(30));
    InFlight::Share of_admin(all, kNobody);
    EXPECT_TRUE(of_admin.take(30));
    one.give_back();
    of_admin.give_back();
    EXPECT_EQ(all.bytes(), 0U);
}

TEST(InFlight, NeverExceedsItsLimitsWhateverThreadsDo) {
    InFlight all(1000, 400);
    std::vector<std::thread> threads;
    for (std::uint8_t i = 0; i < 4; ++i) {
        threads.emplace_back([&all, owner = organization(i)] {
            for (int times = 0; times < 20'000; ++times) {
                InFlight::Share share(all, owner);
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
