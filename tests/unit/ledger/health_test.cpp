#include "ledger/log/health.hpp"

#include "tests/support/manual_clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace consularia::ledger {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using Kind = News::Kind;

class HealthTest : public testing::Test {
  protected:
    [[nodiscard]] std::vector<std::string> reasons() const {
        std::vector<std::string> reasons;
        for (const Trouble& trouble : health.troubles()) reasons.push_back(trouble.why);
        return reasons;
    }

    [[nodiscard]] std::vector<Kind> reported() {
        std::vector<Kind> kinds;
        for (const News& news : health.news()) kinds.push_back(news.kind);
        return kinds;
    }

    test::ManualClock clock;
    Health health{clock, {.stall = 2s, .report_again = 10s}};
    const Component append{3, Part::append};
    const Component flush{std::nullopt, Part::flush};
};

TEST_F(HealthTest, WhatFailsDoesSoSinceItsFirstReportForTheLastReason) {
    EXPECT_THAT(health.troubles(), IsEmpty());
    health.fails(append, "no leader");
    clock.advance(5s);
    health.fails(append, "no broker", Reach::everywhere);
    health.fails(flush, "the disk");
    EXPECT_THAT(reasons(), ElementsAre("the disk", "no broker"));
    const Trouble trouble = health.troubles().back();
    EXPECT_EQ(trouble.reach, Reach::everywhere);
    clock.advance(7s);
    EXPECT_EQ(
        to_words(trouble, clock.steady()), "partition 3, append: failing for 12 s: no broker"
    );
    health.fine(append);
    health.fine(flush);
    EXPECT_THAT(health.troubles(), IsEmpty());
}

TEST_F(HealthTest, AReportThatHoldsForAWhileIsForgottenUnlessItIsRepeated) {
    health.fails(append, "refused", Reach::node, 10s);
    EXPECT_THAT(reported(), ElementsAre(Kind::begins));
    clock.advance(9s);
    health.fails(append, "refused", Reach::node, 10s);
    clock.advance(9s);
    EXPECT_THAT(reasons(), ElementsAre("refused"));
    EXPECT_THAT(reported(), ElementsAre(Kind::lasts));
    clock.advance(1s);
    EXPECT_THAT(reasons(), IsEmpty());
    EXPECT_THAT(reported(), ElementsAre(Kind::forgotten));
    health.fails(append, "refused", Reach::node, 10s);
    EXPECT_EQ(health.troubles().at(0).since, clock.steady()) << "another one";
}

TEST_F(HealthTest, AStepThatDoesNotReturnFailsUntilItDoes) {
    {
        const auto doing = health.begin(append);
        clock.advance(1999ms);
        EXPECT_THAT(reasons(), IsEmpty());
        clock.advance(1ms);
        EXPECT_THAT(reasons(), ElementsAre("it has not returned"));
        EXPECT_THAT(reported(), ElementsAre(Kind::begins));
        clock.advance(58s);
        EXPECT_THAT(reported(), ElementsAre(Kind::lasts));
    }
    EXPECT_THAT(reasons(), IsEmpty());
    const auto news = health.news();
    ASSERT_EQ(news.size(), 1U);
    EXPECT_EQ(news[0].kind, Kind::over);
    EXPECT_EQ(news[0].lasted, 60s);
}

TEST_F(HealthTest, TroubleIsReportedAtItsBeginningFromTimeToTimeAndAtItsEnd) {
    health.fails(append, "refused");
    EXPECT_THAT(reported(), ElementsAre(Kind::begins));
    clock.advance(9s);
    EXPECT_THAT(reported(), IsEmpty());
    clock.advance(1s);
    EXPECT_THAT(reported(), ElementsAre(Kind::lasts));
    health.fine(append);
    health.fine(append);
    EXPECT_THAT(reported(), ElementsAre(Kind::over));
    EXPECT_THAT(reported(), IsEmpty());
}

TEST_F(HealthTest, TroubleThatIsOverBeforeTheNextLookIsStillReported) {
    health.fails(append, "refused");
    health.fine(append);
    EXPECT_THAT(reported(), ElementsAre(Kind::begins, Kind::over));
    EXPECT_THAT(reported(), IsEmpty());
}

TEST_F(HealthTest, APlaceFitsItsPart) {
    const Component of_node{std::nullopt, Part::append};
    const Component of_partition{3, Part::deadlines};
    for (const Component& component : {of_node, of_partition}) {
        EXPECT_DEATH(health.fails(component, "refused"), "CHECK failed");
        EXPECT_DEATH(health.fine(component), "CHECK failed");
        EXPECT_DEATH((void)health.begin(component), "CHECK failed");
    }
}

TEST_F(HealthTest, APartitionsReportsAreItsOwn) {
    const PartitionHealth other{&health, 4};
    health.fails(append, "refused");
    other.fine(Part::append);
    EXPECT_THAT(reasons(), ElementsAre("refused"));
    other.fails(Part::append, "refused too");
    EXPECT_THAT(reasons(), ElementsAre("refused", "refused too"));
    const PartitionHealth nobody;
    nobody.fails(Part::append, "unheard");
    nobody.fine(Part::append);
    const auto doing = nobody.begin(Part::append);
}

}  // namespace
}  // namespace consularia::ledger
