#include "ledger/log/sync.hpp"

#include "ledger/commands/worker.hpp"
#include "ledger/log/storage_error.hpp"
#include "tests/support/answer.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_ledger.hpp"
#include "tests/support/memory_state_store.hpp"
#include "tests/support/record_codec.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

namespace consularia::ledger {
namespace {

using namespace test;

constexpr Clock::Steady kDeadline{std::chrono::seconds(5)};

class SyncTest : public testing::Test {
  protected:
    SyncTest() {
        first.start();
        second.start();
    }

    ~SyncTest() override {
        query.open();
        ledger.gate_tails({});
        sync.stop();
    }

    /// End-of-log queries stand at the gate until it opens.
    void hold_queries() {
        query.close();
        ledger.before_ends([this](auto) { query.pass(); });
    }

    ManualClock clock;
    MemoryLedger ledger{{.partitions = 2}};
    MemoryStateStore store{{.partitions = 2}};
    Gate query;
    PartitionWorker first{
        {.partition = 0,
         .ledger = ledger,
         .store = store,
         .codec = samples::codec(),
         .clock = clock}};
    PartitionWorker second{
        {.partition = 1,
         .ledger = ledger,
         .store = store,
         .codec = samples::codec(),
         .clock = clock}};
    Sync sync{
        ledger,
        [this](Partition partition, Position position, Clock::Steady deadline, auto done) {
            (partition == 0 ? first : second).when_applied(position, deadline, std::move(done));
        },
        clock};
};

TEST_F(SyncTest, IsDoneWhenThePartitionHasAppliedWhatWasInTheLog) {
    ledger.gate_tails([](Partition, std::size_t) { return 0; });
    ledger.inject(1, "garbage");

    Answer<bool> here;
    Answer<bool> elsewhere;
    sync.wait(1, kDeadline, here.handler());
    sync.wait(0, kDeadline, elsewhere.handler());
    EXPECT_TRUE(elsewhere.get()) << "nothing to wait for";
    EXPECT_FALSE(here.ready());

    ledger.gate_tails({});
    ledger.ring_tails();
    EXPECT_TRUE(here.get());
    EXPECT_EQ(second.applied(), 1);
}

TEST_F(SyncTest, CallersDuringAQueryShareTheNextOne) {
    const auto before = ledger.end_queries();
    hold_queries();
    std::vector<Answer<bool>> answers(4);
    sync.wait(0, kDeadline, answers[0].handler());
    query.await_arrivals(1);
    for (std::size_t i = 1; i < answers.size(); ++i) {
        sync.wait(static_cast<Partition>(i % 2), kDeadline, answers[i].handler());
    }
    query.open();
    for (auto& answer : answers) EXPECT_TRUE(answer.get());
    EXPECT_EQ(ledger.end_queries() - before, 2);
}

TEST_F(SyncTest, AFailedQueryIsRepeated) {
    std::atomic<int> failures = 2;
    ledger.before_ends([&](auto) {
        if (failures-- > 0) throw StorageError("The test's broker.");
    });
    Answer<bool> answer;
    sync.wait(0, kDeadline, answer.handler());
    EXPECT_TRUE(answer.get());
    EXPECT_EQ(failures, -1);
}

TEST_F(SyncTest, APartitionThatDoesNotAnswerKeepsOnlyItsOwnWaiting) {
    ledger.before_ends([](auto partitions) {
        for (const Partition partition : partitions) {
            if (partition == 0) throw StorageError("Nobody leads it.");
        }
    });
    Answer<bool> silent;
    sync.wait(0, kDeadline, silent.handler());
    for (int i = 0; i < 5; ++i) {
        Answer<bool> sound;
        sync.wait(1, kDeadline, sound.handler());
        EXPECT_TRUE(sound.get());
    }
    EXPECT_FALSE(silent.ready());
    ledger.before_ends({});
    EXPECT_TRUE(silent.get());
}

TEST_F(SyncTest, FailsWhenTheEndIsNotKnownByTheDeadline) {
    ledger.before_ends([](auto) { throw StorageError("The test's broker."); });
    Answer<bool> answer;
    sync.wait(0, kDeadline, answer.handler());
    clock.advance(std::chrono::seconds(5));
    EXPECT_FALSE(answer.get());
}

TEST_F(SyncTest, FailsWhenThePartitionDoesNotGetThereByTheDeadline) {
    ledger.gate_tails([](Partition, std::size_t) { return 0; });
    ledger.inject(0, "garbage");
    Answer<bool> answer;
    sync.wait(0, kDeadline, answer.handler());
    clock.advance(std::chrono::seconds(5));
    EXPECT_FALSE(answer.get());
}

TEST_F(SyncTest, StopAnswersWaitingAndLaterCallers) {
    ledger.before_ends([this](auto) {
        query.pass();
        throw StorageError("The test's broker.");
    });
    Answer<bool> waiting;
    sync.wait(0, kDeadline, waiting.handler());
    query.await_arrivals(1);
    sync.stop();
    EXPECT_FALSE(waiting.get());

    Answer<bool> late;
    sync.wait(0, kDeadline, late.handler());
    EXPECT_TRUE(late.ready());
    EXPECT_FALSE(late.get());
}

TEST(FreeSyncTest, IsDoneAtOnceOnALedgerOfOneNode) {
    ManualClock clock;
    MemoryLedger ledger({.shared = false});
    Sync sync(ledger, {}, clock);
    EXPECT_TRUE(sync.free());
    Answer<bool> answer;
    sync.wait(0, Clock::Steady{}, answer.handler());
    EXPECT_TRUE(answer.ready());
    EXPECT_TRUE(answer.get());
    EXPECT_EQ(ledger.end_queries(), 0);
}

/// A question takes an hour of the test's clock, so it is the arrivals that end the pause.
class BusySyncTest : public SyncTest {
  protected:
    BusySyncTest() {
        ledger.before_ends([this](auto) {
            query.pass();
            clock.advance(std::chrono::hours(1));
        });
    }

    void ask(std::size_t requests) {
        for (std::size_t i = 0; i < requests; ++i) {
            answers.push_back(std::make_unique<Answer<bool>>());
            patient.wait(0, kNever, answers.back()->handler());
        }
    }

    /// One question is for all of them.
    void ask_together(std::size_t requests) {
        query.close();
        ask(1);
        query.await_arrivals(1);
        ask(requests);
        query.open();
        expect_all_answered();
    }

    void expect_all_answered() {
        for (auto& each : answers) EXPECT_TRUE(each->get());
    }

    static constexpr Clock::Steady kNever{std::chrono::hours(1000)};

    std::vector<std::unique_ptr<Answer<bool>>> answers;
    Sync patient{
        ledger,
        [this](Partition, Position position, Clock::Steady deadline, auto done) {
            first.when_applied(position, deadline, std::move(done));
        },
        clock,
        std::chrono::hours(1)};
};

TEST_F(BusySyncTest, AfterAQuestionForManyTheNextOneIsForAsManyAgain) {
    ask_together(Sync::kMany);
    const auto before = ledger.end_queries();
    ask(Sync::kMany);
    expect_all_answered();
    EXPECT_EQ(ledger.end_queries(), before + 1);
    patient.stop();
}

TEST_F(BusySyncTest, AfterAQuestionForFewerTheNextOneIsAskedAtOnce) {
    ask_together(Sync::kMany - 1);
    ask(1);
    expect_all_answered();
    patient.stop();
}

TEST_F(BusySyncTest, NobodyIsLeftWaitingWhenItStopsInThePause) {
    ask_together(Sync::kMany);
    ask(1);
    patient.stop();
    EXPECT_FALSE(answers.back()->get());
}

}  // namespace
}  // namespace consularia::ledger
