// Data is never older than reported.

#include "node/freshness.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>

namespace consularia::node {
namespace {

using Moment = ledger::Clock::Steady;

Moment second(int number) {
    return Moment(std::chrono::seconds(number));
}

TEST(Freshness, IsUnknownUntilAnEndThatWasHeardIsApplied) {
    Freshness freshness(2);
    EXPECT_EQ(freshness.as_of(0, 100), std::nullopt);
    freshness.heard(0, 10, second(1));
    EXPECT_EQ(freshness.as_of(0, 9), std::nullopt) << "it is catching up";
    EXPECT_EQ(freshness.as_of(0, 10), second(1));
    EXPECT_EQ(freshness.as_of(1, 10), std::nullopt);
}

TEST(Freshness, GrowsWithEachAnswerWhileNothingIsWritten) {
    Freshness freshness(1);
    freshness.heard(0, 10, second(1));
    freshness.heard(0, 10, second(2));
    EXPECT_EQ(freshness.as_of(0, 10), second(2));
    freshness.heard(0, 10, second(3));
    EXPECT_EQ(freshness.as_of(0, 10), second(3));
    EXPECT_EQ(freshness.as_of(0, 10), second(3)) << "and stays when nobody answers any more";
}

TEST(Freshness, IsThatOfTheLastEndThatIsReached) {
    Freshness freshness(1);
    for (int i = 1; i <= 5; ++i)
        freshness.heard(0, static_cast<ledger::Position>(10 * i), second(i));
    EXPECT_EQ(freshness.as_of(0, 39), second(3)) << "always behind, but by little";
    EXPECT_EQ(freshness.as_of(0, 50), second(5));
}

TEST(Freshness, DoesNotGoBackWhenAnOlderAnswerComesLate) {
    Freshness freshness(1);
    freshness.heard(0, 10, second(5));
    freshness.heard(0, 11, second(1));
    EXPECT_EQ(freshness.as_of(0, 11), second(5));
}

TEST(Freshness, OfANodeFarBehindIsOldRatherThanTooNew) {
    Freshness freshness(1);
    for (int i = 1; i <= 1000; ++i) {
        freshness.heard(0, static_cast<ledger::Position>(10 * i), second(i));
    }
    EXPECT_EQ(freshness.as_of(0, 20), second(2));
    const auto later = freshness.as_of(0, 10'000);
    ASSERT_TRUE(later);
    EXPECT_LE(*later, second(1000));
    freshness.heard(0, 10'010, second(1001));
    EXPECT_EQ(freshness.as_of(0, 10'010), second(1001));
}

}  // namespace
}  // namespace consularia::node
