// Appends that fail, or of unknown fate: no command is carried out twice, and no answer is wrong.

#include "ledger/log/storage_error.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/test_node.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace consularia::ledger {
namespace {

using namespace test;
using Report = AppendPlan::Report;

class UnknownFateTest : public testing::Test {
  protected:
    UnknownFateTest() { node.ask(create_organization()); }

    /// The fate of the next append's records.
    void next_append(AppendPlan plan) {
        ledger.plan_next([plan](auto) { return plan; });
    }

    /// The time after which the same records are appended again.
    void pass_repeat_time() { clock.advance(ProcessorLimits{}.repeat_after); }

    ManualClock clock;
    MemoryLedger ledger;
    TestNode node{ledger, clock};
    TestNode other{ledger, clock};
};

TEST_F(UnknownFateTest, ARecordThatLandedIsAnsweredFromTheLogAlone) {
    next_append(AppendPlan::land(1, Report::fate_unknown));
    const Reply reply = node.ask(schedule(1, 7));
    EXPECT_TRUE(std::holds_alternative<Accepted>(reply));
    EXPECT_EQ(ledger.appends(), 2);
}

TEST_F(UnknownFateTest, TheSameBytesAreAppendedAgainAfterAWhile) {
    std::vector<std::string> lost;
    ledger.plan_next([&](auto values) {
        lost.assign(values.begin(), values.end());
        return AppendPlan::lose();
    });
    const auto number = node.submit(schedule(1, 7));
    node.run();
    node.run();
    EXPECT_EQ(ledger.appends(), 2) << "not before the time has passed";

    pass_repeat_time();
    clock.set_wall(clock.now() + std::chrono::seconds(1));
    node.run();
    EXPECT_TRUE(node.reply_as<Accepted>(number));
    ASSERT_EQ(ledger.values(0).size(), 2);
    EXPECT_EQ(ledger.values(0).at(1), lost.at(0));
}

TEST_F(UnknownFateTest, ADelayedCopyIsNotDoneTwice) {
    next_append(AppendPlan::delay(1));
    const auto number = node.submit(schedule(1, 7));
    node.run();
    pass_repeat_time();
    node.run();
    EXPECT_EQ(node.reply_as<Accepted>(number)->head.sequence, 2);

    EXPECT_TRUE(ledger.release_delayed());
    node.run();
    EXPECT_EQ(ledger.values(0).size(), 3);
    EXPECT_EQ(node.head().sequence, 2);
}

TEST_F(UnknownFateTest, AnExceptionFromAppendLeavesTheFateUnknownToo) {
    next_append(AppendPlan::land(1, Report::storage_error));
    const auto number = node.submit(schedule(1, 7));
    EXPECT_THROW(node.run(), StorageError);
    node.run();
    EXPECT_TRUE(node.reply_as<Accepted>(number));
    EXPECT_EQ(ledger.values(0).size(), 2);
}

TEST_F(UnknownFateTest, IsDecidedAgainOnlyWhenItCanNoLongerBecomeAFact) {
    next_append(AppendPlan::delay(1));
    const auto number = node.submit(schedule(1, 7));
    node.run();
    const std::string first = record_of(node.store, schedule(1, 8));
    EXPECT_FALSE(node.reply(number));

    ledger.inject(0, first);  // Another writer takes its sequence.
    node.run();
    ASSERT_TRUE(node.reply_as<Accepted>(number));
    EXPECT_EQ(node.reply_as<Accepted>(number)->head.sequence, 3);
    EXPECT_TRUE(ledger.release_delayed());
    node.run();
    EXPECT_EQ(node.head().sequence, 3);
}

TEST_F(UnknownFateTest, NothingElseIsDecidedUntilThen) {
    next_append(AppendPlan::lose());
    node.submit(schedule(1, 7));
    node.run();
    const auto later = node.submit(create_organization(2));
    node.run();
    EXPECT_FALSE(node.reply(later));
    EXPECT_EQ(ledger.appends(), 2);
}

TEST_F(UnknownFateTest, OnlyRecordsWithoutVerdictAreAppendedAgain) {
    next_append({{0, 1}, {}, Report::fate_unknown});
    node.submit(schedule(1, 7));
    node.submit(create_organization(2));
    const auto cut_off = node.submit(rename(1, 7, "Cut off"));
    node.run();
    pass_repeat_time();
    node.run();
    EXPECT_TRUE(node.reply_as<Accepted>(cut_off));
    EXPECT_EQ(ledger.values(0).size(), 4);
}

TEST_F(UnknownFateTest, AVoidCopyBeforeItsPredecessorProvesNothing) {
    next_append({{1, 0}, {}, Report::fate_unknown});
    const auto first = node.submit(schedule(1, 7));
    const auto second = node.submit(rename(1, 7, "Second"));
    node.run();
    EXPECT_TRUE(node.reply_as<Accepted>(first));
    EXPECT_FALSE(node.reply(second));

    pass_repeat_time();
    node.run();
    EXPECT_EQ(node.reply_as<Accepted>(second)->head.sequence, 3);
}

TEST_F(UnknownFateTest, WhatBuildsOnADeadRecordIsDeadHoweverFarAhead) {
    next_append(AppendPlan::lose());
    std::vector<std::size_t> numbers{node.submit(schedule(1, 7))};
    for (const char* title : {"B", "C", "D"}) numbers.push_back(node.submit(rename(1, 7, title)));
    node.run();
    ledger.inject(0, record_of(node.store, schedule(1, 8)));
    node.run();

    Sequence expected = 3;
    for (const auto number : numbers) {
        ASSERT_TRUE(node.reply_as<Accepted>(number));
        EXPECT_EQ(node.reply_as<Accepted>(number)->head.sequence, expected++);
    }
    EXPECT_EQ(node.title(1, 7), "D");
}

TEST_F(UnknownFateTest, AfterTheDeadlineTheAnswerIsUnknownAndTheRepeatFindsWhatBecameOfIt) {
    next_append(AppendPlan::delay(1));
    const auto number = node.submit(with_key(schedule(1, 7), "key"));
    node.run();
    clock.advance(std::chrono::seconds(5));
    node.run();
    ASSERT_TRUE(node.reply_as<Unavailable>(number));
    EXPECT_TRUE(node.reply_as<Unavailable>(number)->fate_unknown);
    EXPECT_EQ(node.processor.unanswered(), 0);

    // The repeat races with the first record, which lands just before it.
    ledger.plan_next([&](auto values) {
        ledger.release_delayed();
        return AppendPlan::land(values.size());
    });
    const Reply repeat = node.ask(due(with_key(schedule(1, 7), "key"), std::chrono::seconds(10)));
    ASSERT_TRUE(std::holds_alternative<Replayed>(repeat));
    EXPECT_EQ(std::get<Replayed>(repeat).sequence, 2);
    EXPECT_EQ(node.head().sequence, 2);
}

TEST_F(UnknownFateTest, AnAcknowledgedRecordThatIsNotSeenInTimeIsOfUnknownFate) {
    ledger.gate_tails([](Partition, std::size_t) { return 0; });
    const auto number = node.submit(schedule(1, 7));
    node.run();
    clock.advance(std::chrono::seconds(4));
    node.run();
    EXPECT_EQ(ledger.appends(), 2) << "it is known to be in the log once";
    clock.advance(std::chrono::seconds(1));
    node.run();
    EXPECT_TRUE(node.reply_as<Unavailable>(number)->fate_unknown);
}

TEST_F(UnknownFateTest, WhatLaterRecordsBuildOnGoesAlongAlthoughItWasGivenUp) {
    next_append(AppendPlan::lose());
    const auto hasty = node.submit(due(schedule(1, 7), std::chrono::seconds(1)));
    const auto patient = node.submit(rename(1, 7, "Patient"));
    const auto alone = node.submit(due(create_organization(2), std::chrono::seconds(1)));
    node.run();
    clock.advance(std::chrono::seconds(1));
    node.run();

    EXPECT_TRUE(node.reply_as<Unavailable>(hasty)->fate_unknown);
    EXPECT_TRUE(node.reply_as<Unavailable>(alone)->fate_unknown);
    ASSERT_TRUE(node.reply_as<Accepted>(patient));
    EXPECT_EQ(node.reply_as<Accepted>(patient)->head.sequence, 3);
    EXPECT_EQ(ledger.values(0).size(), 3) << "nobody needs the other organization's record";
}

TEST_F(UnknownFateTest, WhatWasNotAppendedIsAnsweredSo) {
    next_append(AppendPlan::lose(Report::out_of_storage));
    EXPECT_TRUE(std::holds_alternative<OutOfStorage>(node.ask(schedule(1, 7))));

    next_append(AppendPlan::lose(Report::failed));
    const Reply reply = node.ask(schedule(1, 7));
    EXPECT_FALSE(std::get<Unavailable>(reply).fate_unknown);
    EXPECT_TRUE(std::holds_alternative<Accepted>(node.ask(schedule(1, 7))));
}

TEST_F(UnknownFateTest, ThatARepetitionWasNotAppendedSaysNothingOfTheFirst) {
    next_append(AppendPlan::delay(1));
    const auto number = node.submit(schedule(1, 7));
    node.run();
    for (const Report report : {Report::out_of_storage, Report::failed}) {
        next_append(AppendPlan::lose(report));
        pass_repeat_time();
        node.run();
        EXPECT_FALSE(node.reply(number));
    }
    EXPECT_TRUE(ledger.release_delayed());
    node.run();
    EXPECT_TRUE(node.reply_as<Accepted>(number));
}

TEST_F(UnknownFateTest, ACommandThatNeverLeftTheQueueIsKnownNotToBeDone) {
    next_append(AppendPlan::lose());
    node.submit(due(schedule(1, 7), std::chrono::seconds(60)));
    node.run();
    const auto patient = node.submit(due(create_organization(2), std::chrono::seconds(60)));
    const auto hasty = node.submit(create_organization(3));
    next_append(AppendPlan::lose());
    clock.advance(std::chrono::seconds(5));
    node.run();
    EXPECT_FALSE(node.reply_as<Unavailable>(hasty)->fate_unknown);
    EXPECT_FALSE(node.reply(patient));
}

TEST_F(UnknownFateTest, DeadlinesAreKeptWhileTheLogCannotBeRead) {
    ledger.gate_tails([](Partition, std::size_t) -> std::size_t {
        throw StorageError("The test's broker.");
    });
    const auto number = node.submit(schedule(1, 7));
    EXPECT_THROW(node.run(), StorageError);
    EXPECT_FALSE(node.reply(number));
    clock.advance(std::chrono::seconds(5));
    EXPECT_THROW(node.run(), StorageError);
    EXPECT_FALSE(node.reply_as<Unavailable>(number)->fate_unknown);
}

}  // namespace
}  // namespace consularia::ledger
