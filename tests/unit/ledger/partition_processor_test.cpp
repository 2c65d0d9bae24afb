// Accepted commands: how they come to facts, also against other writers.

#include "ledger/commands/processor.hpp"
#include "ledger/log/storage_error.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/kept.hpp"
#include "tests/support/memory_writer.hpp"
#include "tests/support/record_codec.hpp"
#include "tests/support/test_node.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace consularia::ledger {
namespace {

using namespace test;

class PartitionProcessorTest : public testing::Test {
  protected:
    Record record_at(std::size_t position) {
        auto record = decode(ledger.values(0).at(position));
        EXPECT_TRUE(record.has_value());
        return *record;
    }

    void hold_tails() {
        ledger.gate_tails([](Partition, std::size_t) { return 0; });
    }

    void open_tails() { ledger.gate_tails({}); }

    ManualClock clock;
    MemoryLedger ledger;
    TestNode node{ledger, clock};
    TestNode other{ledger, clock};
};

TEST_F(PartitionProcessorTest, AnAcceptedCommandIsAnsweredWithItsFact) {
    node.ask(create_organization());
    const Reply reply = node.ask(schedule(1, 7));

    const auto& accepted = std::get<Accepted>(reply);
    EXPECT_EQ(accepted.head, node.head());
    EXPECT_EQ(accepted.head.sequence, 2);
    EXPECT_EQ(accepted.head.hash, sha256(ledger.values(0).at(1)));
    EXPECT_EQ(domain::version_of(appointment_in(accepted)), 1);
    EXPECT_EQ(document_in(accepted), describe(*accepted.state));
    EXPECT_EQ(node.processor.unanswered(), 0);
}

TEST_F(PartitionProcessorTest, NothingIsAnsweredBeforeItsRecordIsSeenInTheLog) {
    hold_tails();
    const auto number = node.submit(create_organization());
    node.run();
    EXPECT_EQ(ledger.values(0).size(), 1);
    EXPECT_FALSE(node.reply(number));
    EXPECT_EQ(node.processor.unanswered(), 1);

    open_tails();
    node.run();
    EXPECT_TRUE(node.reply_as<Accepted>(number));
}

TEST_F(PartitionProcessorTest, OnlyOneBatchIsInFlight) {
    hold_tails();
    node.submit(create_organization(1));
    node.run();
    const auto later = node.submit(create_organization(2));
    node.run();
    EXPECT_EQ(ledger.appends(), 1);

    open_tails();
    node.run();
    EXPECT_EQ(ledger.appends(), 2);
    EXPECT_TRUE(node.reply_as<Accepted>(later));
}

TEST_F(PartitionProcessorTest, CommandsOfABatchBuildOnEachOther) {
    node.submit(create_organization());
    node.submit(by_token(schedule(1, 7), 1));
    const auto renamed = node.submit(by_token(rename(1, 7, "Follow-up"), 1));
    node.run();

    EXPECT_EQ(ledger.appends(), 1);
    ASSERT_TRUE(node.reply_as<Accepted>(renamed));
    EXPECT_EQ(node.reply_as<Accepted>(renamed)->head.sequence, 3);
    EXPECT_EQ(domain::version_of(appointment_in(*node.reply_as<Accepted>(renamed))), 2);
    EXPECT_EQ(node.title(1, 7), "Follow-up");
}

TEST_F(PartitionProcessorTest, TimeGoesOnInAnOrganizationWhenTheClockGoesBack) {
    node.ask(create_organization());
    const auto before = clock.now();
    clock.set_wall(before - std::chrono::hours(1));
    node.submit(schedule(1, 7));
    node.submit(rename(1, 7, "Follow-up"));
    node.run();

    EXPECT_EQ(record_at(1).time, before + std::chrono::microseconds(1));
    EXPECT_EQ(record_at(2).time, before + std::chrono::microseconds(2));
}

TEST_F(PartitionProcessorTest, ABatchHasNoMoreCommandsThanItsLimit) {
    TestNode small(ledger, clock, {.batch_commands = 2});
    for (std::uint32_t i = 1; i <= 5; ++i) small.submit(create_organization(i));
    small.run();
    EXPECT_EQ(ledger.appends(), 3);
    EXPECT_EQ(ledger.values(0).size(), 5);
}

TEST_F(PartitionProcessorTest, ABatchHasNoMoreBytesThanItsLimitButOneRecord) {
    const std::size_t size = record_of(node.store, create_organization()).size();
    TestNode small(ledger, clock, {.batch_bytes = 2 * size + size / 2});
    for (std::uint32_t i = 1; i <= 5; ++i) small.submit(create_organization(i));
    small.run();
    EXPECT_EQ(ledger.appends(), 3);

    TestNode tiny(ledger, clock, {.batch_bytes = 1});
    for (std::uint32_t i = 6; i <= 8; ++i) tiny.submit(create_organization(i));
    tiny.run();
    EXPECT_EQ(ledger.appends(), 6);
    EXPECT_EQ(ledger.values(0).size(), 8);
}

TEST_F(PartitionProcessorTest, AStepAppliesNoMoreRecordsThanItsLimit) {
    for (std::uint32_t i = 1; i <= 5; ++i) node.submit(create_organization(i));
    node.run();

    TestNode small(ledger, clock, {.tail_entries = 2});
    EXPECT_TRUE(small.processor.step());
    EXPECT_EQ(small.processor.applied(), 2);
    small.run();
    EXPECT_EQ(small.processor.applied(), 5);
}

TEST_F(PartitionProcessorTest, TheTailIsReadOnWhileABatchWaits) {
    for (std::uint32_t i = 1; i <= 3; ++i) other.ask(create_organization(i));
    TestNode small(ledger, clock, {.tail_entries = 1});
    const auto refused = small.submit(create_organization(3));
    ledger.plan_next([](auto) { return AppendPlan::lose(); });
    EXPECT_TRUE(small.processor.step()) << "nobody rings for what is there already";
    small.run();
    EXPECT_TRUE(small.reply_as<Refused>(refused));
}

TEST_F(PartitionProcessorTest, AGapInTheLogIsNotReadAcross) {
    for (std::uint32_t i = 1; i <= 3; ++i) other.ask(create_organization(i));
    ledger.skip_entry(1);
    EXPECT_THROW(node.run(), StorageError);
    EXPECT_EQ(node.processor.applied(), 0);
    EXPECT_THROW(node.run(), StorageError);

    ledger.skip_entry(std::nullopt);
    node.run();
    EXPECT_EQ(node.processor.applied(), 3);
}

TEST_F(PartitionProcessorTest, ARecordThatLostItsRaceIsDecidedAgain) {
    node.ask(create_organization());
    node.ask(schedule(1, 7));
    ledger.plan_next([&](auto values) {
        other.ask(rename(1, 7, "Theirs"));
        return AppendPlan::land(values.size());
    });
    const auto ours = rename(1, 7, "Ours");
    const auto number = node.submit(ours);
    node.run();

    ASSERT_TRUE(node.reply_as<Accepted>(number));
    EXPECT_EQ(node.reply_as<Accepted>(number)->head.sequence, 4);
    EXPECT_EQ(domain::version_of(appointment_in(*node.reply_as<Accepted>(number))), 3);
    EXPECT_EQ(ledger.values(0).size(), 5) << "created, scheduled, theirs, ours void, ours";
    const Record record = record_at(4);
    EXPECT_EQ(record.id, ours.event_id);
    const auto& event = std::get<AppointmentRecordEvent>(record.event).event;
    EXPECT_EQ(std::get<domain::AppointmentUpdated>(event).title->from.value(), "Theirs");
}

TEST_F(PartitionProcessorTest, TheNextAppendAfterALostRaceIsLeftToTheNextStep) {
    node.ask(create_organization());
    ledger.plan_next([&](auto values) {
        other.ask(schedule(1, 8));
        return AppendPlan::land(values.size());
    });
    node.submit(schedule(1, 7));
    EXPECT_TRUE(node.processor.step());
    EXPECT_FALSE(node.processor.lost_race());

    const auto appends = ledger.appends();
    EXPECT_TRUE(node.processor.step());
    EXPECT_TRUE(node.processor.lost_race());
    EXPECT_EQ(ledger.appends(), appends);

    EXPECT_TRUE(node.processor.step());
    EXPECT_FALSE(node.processor.lost_race());
    EXPECT_EQ(ledger.appends(), appends + 1);
}

/// Two nodes whose records name their writer.
class NodesThatTakeTurns : public PartitionProcessorTest {
  protected:
    /// The second one loses a race to the first, which then has the next turn.
    void lose_a_race() {
        first.ask(create_organization());
        second.run();
        ledger.plan_next([&](auto values) {
            first.ask(schedule(1, 1));
            return AppendPlan::land(values.size());
        });
        second.ask(schedule(1, 2));
        first.run();
    }

    MemoryWriter one{ledger, 1};
    MemoryWriter two{ledger, 2};
    TestNode first{one, clock};
    TestNode second{two, clock};
};

TEST_F(NodesThatTakeTurns, NobodyWaitsBeforeARaceIsLost) {
    first.ask(create_organization());
    second.run();
    first.submit(schedule(1, 1));
    EXPECT_LE(first.processor.turn(), clock.steady());
    EXPECT_TRUE(std::holds_alternative<Accepted>(second.ask(schedule(1, 2))));
    EXPECT_TRUE(std::holds_alternative<Accepted>(second.ask(schedule(1, 3))));
}

TEST_F(NodesThatTakeTurns, TheLastWriterLeavesTheNextTurnToTheOther) {
    lose_a_race();
    const auto waiting = second.submit(schedule(1, 3));
    second.run();
    EXPECT_FALSE(second.reply(waiting));
    ASSERT_TRUE(second.processor.turn());
    EXPECT_GT(*second.processor.turn(), clock.steady());

    EXPECT_TRUE(std::holds_alternative<Accepted>(first.ask(schedule(1, 4)))) << "its turn";
    second.run();
    ASSERT_TRUE(second.reply_as<Accepted>(waiting));
    EXPECT_EQ(second.reply_as<Accepted>(waiting)->head.sequence, 5);
}

TEST_F(NodesThatTakeTurns, AnIdleNodeDelaysTheOtherOnlyOnce) {
    lose_a_race();
    const auto waiting = second.submit(schedule(1, 3));
    second.run();
    clock.advance(
        std::chrono::ceil<std::chrono::milliseconds>(*second.processor.turn() - clock.steady())
    );
    second.run();
    EXPECT_TRUE(second.reply_as<Accepted>(waiting));
    EXPECT_TRUE(std::holds_alternative<Accepted>(second.ask(schedule(1, 4))));
}

TEST_F(NodesThatTakeTurns, ACommandThatWaitsForItsTurnIsStillAnsweredByItsDeadline) {
    lose_a_race();
    const auto waiting = second.submit(due(schedule(1, 3), std::chrono::milliseconds(0)));
    second.run();
    EXPECT_TRUE(second.reply_as<Unavailable>(waiting));
    EXPECT_FALSE(second.processor.turn());
}

TEST_F(PartitionProcessorTest, OnlyTheOrganizationThatLostIsDecidedAgainAndInItsOrder) {
    node.submit(create_organization(1));
    node.submit(create_organization(2));
    node.run();
    ledger.plan_next([&](auto values) {
        other.ask(schedule(1, 9));
        return AppendPlan::land(values.size());
    });
    const auto first = node.submit(schedule(1, 1));
    const auto elsewhere = node.submit(schedule(2, 2));
    const auto second = node.submit(rename(1, 1, "Second"));
    const auto third = node.submit(rename(1, 1, "Third"));
    node.processor.step();
    const auto behind = node.submit(schedule(1, 2));
    node.run();

    EXPECT_EQ(node.reply_as<Accepted>(elsewhere)->head.sequence, 2);
    EXPECT_EQ(node.reply_as<Accepted>(first)->head.sequence, 3);
    EXPECT_EQ(node.reply_as<Accepted>(second)->head.sequence, 4);
    EXPECT_EQ(node.reply_as<Accepted>(third)->head.sequence, 5);
    EXPECT_EQ(node.reply_as<Accepted>(behind)->head.sequence, 6);
}

TEST_F(PartitionProcessorTest, ARaceMayBeLostAgainAndAgain) {
    node.ask(create_organization());
    int races = 0;
    ledger.plan_appends([&](Partition, auto values) {
        if (races < 20) {
            ++races;
            ledger.inject(
                0, record_of(other.store, schedule(1, static_cast<std::uint32_t>(races)))
            );
            other.processor.step();
        }
        return AppendPlan::land(values.size());
    });
    other.run();
    EXPECT_TRUE(std::holds_alternative<Accepted>(node.ask(schedule(1, 100))));
    EXPECT_EQ(node.head().sequence, 22);
}

TEST_F(PartitionProcessorTest, ForeignGarbageAndDuplicatesChangeNothing) {
    node.ask(create_organization());
    ledger.inject(0, "");
    ledger.inject(0, "no JSON");
    ledger.inject(0, ledger.values(0).at(0));
    EXPECT_TRUE(std::holds_alternative<Accepted>(node.ask(schedule(1, 7))));
    EXPECT_EQ(node.head().sequence, 2);
}

TEST_F(PartitionProcessorTest, NoCommandIsLostWhenStorageFails) {
    node.ask(create_organization());
    const auto fail = [] { throw StorageError("The test's disk."); };
    const auto number = node.submit(schedule(1, 7));

    node.store.before_read(fail);
    EXPECT_THROW(node.run(), StorageError);
    node.store.before_read({});

    ledger.plan_next([](auto) { return AppendPlan::lose(AppendPlan::Report::storage_error); });
    EXPECT_THROW(node.run(), StorageError);

    clock.advance(std::chrono::seconds(1));
    node.store.before_apply(fail);
    EXPECT_TRUE(node.processor.step());
    EXPECT_THROW(node.run(), StorageError);
    node.store.before_apply({});

    ledger.gate_tails([](Partition, std::size_t) -> std::size_t {
        throw StorageError("The test's broker.");
    });
    EXPECT_THROW(node.run(), StorageError);
    open_tails();

    EXPECT_FALSE(node.reply(number));
    node.run();
    EXPECT_TRUE(node.reply_as<Accepted>(number));
    EXPECT_EQ(node.head().sequence, 2);
}

TEST_F(PartitionProcessorTest, DecidingHalfABatchLosesNothingAndKeepsTheOrder) {
    node.ask(create_organization());
    const auto first = node.submit(schedule(1, 7));
    const auto second = node.submit(schedule(1, 8));
    int reads = 0;
    node.store.fail_lookups([&] { return ++reads > 3; });
    EXPECT_THROW(node.run(), StorageError);
    EXPECT_EQ(ledger.appends(), 1);
    EXPECT_EQ(node.processor.unanswered(), 2);

    node.store.fail_lookups({});
    node.run();
    EXPECT_EQ(node.reply_as<Accepted>(first)->head.sequence, 2);
    EXPECT_EQ(node.reply_as<Accepted>(second)->head.sequence, 3);
}

TEST_F(PartitionProcessorTest, VerdictsThatWereMissedLeaveTheFateUnknown) {
    node.ask(create_organization());
    const auto number = node.submit(schedule(1, 7));
    node.processor.step();
    node.store.after_apply([] { throw StorageError("Applied all the same."); });
    EXPECT_THROW(node.run(), StorageError);
    node.store.after_apply({});
    node.run();

    ASSERT_TRUE(node.reply_as<Unavailable>(number));
    EXPECT_TRUE(node.reply_as<Unavailable>(number)->fate_unknown);
    EXPECT_EQ(node.head().sequence, 2) << "done once";
    EXPECT_EQ(ledger.values(0).size(), 2);
}

TEST_F(PartitionProcessorTest, AbandonAnswersEverything) {
    hold_tails();
    const auto flying = node.submit(create_organization(1));
    node.run();
    const auto queued = node.submit(create_organization(2));
    node.processor.abandon("The end.");

    EXPECT_TRUE(node.reply_as<Unavailable>(flying)->fate_unknown);
    EXPECT_FALSE(node.reply_as<Unavailable>(queued)->fate_unknown);
    EXPECT_EQ(node.processor.unanswered(), 0);
}

}  // namespace
}  // namespace consularia::ledger
