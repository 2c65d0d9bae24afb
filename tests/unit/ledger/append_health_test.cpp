// What a processor reports about its appends, and the answers to commands that wait for them.

#include "ledger/log/health.hpp"
#include "tests/support/test_node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

namespace consularia::ledger {
namespace {

using namespace test;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Report = AppendPlan::Report;

class AppendHealthTest : public testing::Test {
  protected:
    AppendHealthTest() { node.ask(create_organization()); }

    void appends_end_as(Report report) {
        ledger.plan_appends([report](Partition, auto) { return AppendPlan::lose(report); });
    }

    ManualClock clock;
    MemoryLedger ledger;
    Health health{clock};
    TestNode node{ledger, clock, {.append_failure_holds = 10s}, PartitionHealth{&health, 0}};
};

TEST_F(AppendHealthTest, AFailureLastsUntilAnAppendSucceeds) {
    std::uint32_t next = 7;
    for (const auto report : {Report::failed, Report::fate_unknown}) {
        appends_end_as(report);
        const auto number = node.submit(schedule(1, next++));
        node.run();
        ASSERT_THAT(health.troubles(), SizeIs(1));
        EXPECT_EQ(health.troubles()[0].component, (Component{0, Part::append}));
        EXPECT_THAT(health.troubles()[0].why, HasSubstr("The test"));
        ledger.plan_appends({});
        clock.advance(ProcessorLimits{}.repeat_after);
        node.ask(schedule(1, next++));
        EXPECT_THAT(health.troubles(), IsEmpty());
        EXPECT_TRUE(node.reply(number).has_value());
    }
}

TEST_F(AppendHealthTest, AFailureIsForgottenWhenNobodyAppends) {
    appends_end_as(Report::failed);
    node.ask(schedule(1, 7));
    clock.advance(9s);
    EXPECT_THAT(health.troubles(), SizeIs(1));
    clock.advance(1s);
    EXPECT_THAT(health.troubles(), IsEmpty());
}

TEST_F(AppendHealthTest, AFailureThatLastsUntilTheRestartIsNotForgotten) {
    appends_end_as(Report::closed);
    node.ask(schedule(1, 7));
    clock.advance(1h);
    EXPECT_THAT(health.troubles(), SizeIs(1));
}

TEST_F(AppendHealthTest, CommandsThatWaitedInVainGetTheReason) {
    appends_end_as(Report::fate_unknown);
    const auto number = node.submit(due(schedule(1, 7), 5s));
    node.run();
    clock.advance(6s);
    node.run();
    const auto* late = node.reply_as<Unavailable>(number);
    ASSERT_NE(late, nullptr);
    EXPECT_EQ(late->why, "Not carried out in time: The test does not say.");
}

}  // namespace
}  // namespace consularia::ledger
