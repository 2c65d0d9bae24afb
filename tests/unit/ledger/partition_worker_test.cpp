#include "ledger/commands/worker.hpp"
#include "ledger/log/log_error.hpp"
#include "ledger/log/storage_error.hpp"
#include "tests/support/answer.hpp"
#include "tests/support/record_codec.hpp"
#include "tests/support/test_node.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace consularia::ledger {
namespace {

using namespace test;

class PartitionWorkerTest : public testing::Test {
  protected:
    ~PartitionWorkerTest() override { gate.open(); }

    std::unique_ptr<PartitionWorker> make(WorkerLimits limits = {}) {
        return std::make_unique<PartitionWorker>(
            PartitionPorts{
                .ledger = ledger,
                .store = store,
                .codec = samples::codec(),
                .clock = clock,
                .health = {&health, 0}},
            limits
        );
    }

    std::unique_ptr<PartitionWorker> make_started(WorkerLimits limits = {}) {
        auto worker = make(limits);
        worker->start();
        return worker;
    }

    /// Appends stand at the gate until it opens.
    void hold_appends() {
        gate.close();
        ledger.plan_appends([this](Partition, auto values) {
            gate.pass();
            return AppendPlan::land(values.size());
        });
    }

    void break_tails() {
        ledger.gate_tails([](Partition, std::size_t) -> std::size_t {
            throw LogError("The test's broker.");
        });
        ledger.ring_tails();
    }

    static void submit(PartitionWorker& worker, Submission submission, Answer<Reply>& answer) {
        worker.submit(std::move(submission), answer.handler());
    }

    /// Waits for it.
    Trouble trouble() {
        const auto deadline = std::chrono::steady_clock::now() + kLongEnough;
        while (std::chrono::steady_clock::now() < deadline) {
            const auto troubles = health.troubles();
            if (!troubles.empty()) return troubles.front();
            std::this_thread::yield();
        }
        throw std::runtime_error("Nothing fails.");
    }

    static Clock::Steady after(std::chrono::milliseconds time) { return Clock::Steady(time); }

    ManualClock clock;
    MemoryLedger ledger;
    MemoryStateStore store;
    Gate gate;
    Health health{clock};
};

TEST_F(PartitionWorkerTest, ASubmittedCommandIsAnswered) {
    const auto worker = make_started();
    Answer<Reply> answer;
    submit(*worker, create_organization(), answer);
    EXPECT_TRUE(std::holds_alternative<Accepted>(answer.get()));
    EXPECT_TRUE(worker->serves());
}

TEST_F(PartitionWorkerTest, AReplyHandlerMaySubmitTheNextCommand) {
    const auto worker = make_started();
    Answer<Reply> second;
    worker->submit(create_organization(), [&](Reply) {
        worker->submit(schedule(1, 7), second.handler());
    });
    EXPECT_TRUE(std::holds_alternative<Accepted>(second.get()));
}

TEST_F(PartitionWorkerTest, StartAppliesTheLogFirst) {
    TestNode other(ledger, clock);
    for (std::uint32_t i = 1; i <= 5; ++i) other.ask(create_organization(i));

    const auto worker = make({.processor = {.tail_entries = 2}});
    EXPECT_FALSE(worker->serves());
    std::vector<Position> progress;
    worker->start([&](Position applied) { progress.push_back(applied); });
    EXPECT_EQ(progress, (std::vector<Position>{2, 4, 5}));
    EXPECT_EQ(worker->applied(), 5);
}

TEST_F(PartitionWorkerTest, StartThrowsWhenTheLogCannotBeRead) {
    ledger.inject(0, "garbage");
    break_tails();
    const auto worker = make();
    EXPECT_THROW(worker->start(), StorageError);
    EXPECT_FALSE(worker->serves());
}

TEST_F(PartitionWorkerTest, DrainEndsAStartThatDoesNotGetOn) {
    ledger.inject(0, "garbage");
    ledger.gate_tails([this](Partition, std::size_t) {
        gate.pass();
        return std::size_t{0};
    });
    const auto worker = make();
    std::thread starter([&] { worker->start(); });
    gate.await_arrivals(1);
    worker->drain();
    starter.join();
    EXPECT_FALSE(worker->serves());
}

TEST_F(PartitionWorkerTest, AnIdleWorkerAppliesWhatOthersAppend) {
    const auto worker = make_started();
    Answer<bool> applied;
    worker->when_applied(1, after(std::chrono::seconds(5)), applied.handler());
    ledger.inject(0, "garbage");
    EXPECT_TRUE(applied.get());
    EXPECT_EQ(worker->applied(), 1);
}

TEST_F(PartitionWorkerTest, AFullQueueRefusesAtOnce) {
    hold_appends();
    const auto worker = make_started({.admission = {.commands = 3}});
    std::vector<Answer<Reply>> answers(5);
    for (std::uint32_t i = 0; i < 3; ++i) submit(*worker, create_organization(i), answers[i]);
    gate.await_arrivals(1);

    submit(*worker, create_organization(3), answers[3]);
    ASSERT_TRUE(answers[3].ready()) << "on this thread";
    EXPECT_FALSE(std::get<Unavailable>(answers[3].get()).fate_unknown);

    gate.open();
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_TRUE(std::holds_alternative<Accepted>(answers[i].get()));
    }
    // The last answer leaves within a step; the room that it makes is there after it.
    Answer<bool> settled;
    worker->when_applied(3, after(std::chrono::seconds(5)), settled.handler());
    EXPECT_TRUE(settled.get());
    submit(*worker, create_organization(4), answers[4]);
    EXPECT_TRUE(std::holds_alternative<Accepted>(answers[4].get()));
}

TEST_F(PartitionWorkerTest, AnOrganizationThatFloodsIsRefusedAndOthersAreNot) {
    hold_appends();
    const auto worker =
        make_started({.admission = {.commands = 10, .commands_per_organization = 2}});
    std::vector<Answer<Reply>> answers(4);
    submit(*worker, create_organization(1), answers[0]);
    gate.await_arrivals(1);
    submit(*worker, schedule(1, 7), answers[1]);
    submit(*worker, schedule(1, 8), answers[2]);
    ASSERT_TRUE(answers[2].ready()) << "on this thread";
    EXPECT_FALSE(std::get<Unavailable>(answers[2].get()).fate_unknown);

    submit(*worker, create_organization(2), answers[3]);
    EXPECT_EQ(worker->unanswered(), 3);
    gate.open();
    EXPECT_TRUE(std::holds_alternative<Accepted>(answers[3].get()));
    EXPECT_TRUE(std::holds_alternative<Accepted>(answers[1].get()));
    Answer<Reply> again;
    submit(*worker, schedule(1, 8), again);
    EXPECT_TRUE(std::holds_alternative<Accepted>(again.get())) << "its answers made room";
}

TEST_F(PartitionWorkerTest, DrainFinishesAcceptedCommandsAndRefusesNewOnes) {
    hold_appends();
    const auto worker = make_started();
    std::vector<Answer<Reply>> answers(3);
    submit(*worker, create_organization(1), answers[0]);
    gate.await_arrivals(1);
    submit(*worker, create_organization(2), answers[1]);

    std::thread drainer([&] { worker->drain(); });
    bool refused = false;
    while (!refused) {  // From some moment on they are.
        Answer<Reply> late;
        submit(*worker, create_organization(3), late);
        refused = late.ready() && std::get<Unavailable>(late.get()).why.ends_with("shutting down.");
    }
    EXPECT_FALSE(answers[1].ready());
    gate.open();
    drainer.join();
    EXPECT_TRUE(std::holds_alternative<Accepted>(answers[0].get()));
    EXPECT_TRUE(std::holds_alternative<Accepted>(answers[1].get()));
    EXPECT_FALSE(worker->serves());

    submit(*worker, create_organization(1000), answers[2]);
    EXPECT_TRUE(std::holds_alternative<Unavailable>(answers[2].get()));
    worker->drain();
}

TEST_F(PartitionWorkerTest, DrainWaitsForACommandOnlyUntilItsDeadline) {
    ledger.plan_appends([this](Partition, auto) {
        gate.pass();
        return AppendPlan::lose();
    });
    const auto worker = make_started();
    Answer<Reply> answer;
    submit(*worker, create_organization(), answer);
    gate.await_arrivals(1);
    std::thread drainer([&] { worker->drain(); });
    clock.advance(std::chrono::seconds(6));
    drainer.join();
    EXPECT_TRUE(std::get<Unavailable>(answer.get()).fate_unknown);
}

TEST_F(PartitionWorkerTest, TheDestructorAnswersWhatIsLeft) {
    Answer<Reply> answer;
    Answer<bool> applied;
    {
        const auto worker = make();  // Never started.
        submit(*worker, create_organization(), answer);
        worker->when_applied(1, after(std::chrono::seconds(5)), applied.handler());
    }
    EXPECT_FALSE(std::get<Unavailable>(answer.get()).fate_unknown);
    EXPECT_FALSE(applied.get());

    Answer<Reply> flying;
    ledger.plan_appends([this](Partition, auto) {
        gate.pass();
        return AppendPlan::lose();
    });
    {
        const auto worker = make_started();
        submit(*worker, create_organization(), flying);
        gate.await_arrivals(1);
    }
    EXPECT_TRUE(std::get<Unavailable>(flying.get()).fate_unknown);
}

TEST_F(PartitionWorkerTest, CallersThatWaitForAPositionAreCalledInItsOrder) {
    const auto worker = make_started();
    std::mutex order_mutex;
    std::vector<Position> order;
    std::vector<Answer<bool>> answers(3);
    const std::vector<Position> wanted{3, 1, 2};
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto done = answers[i].handler();
        worker->when_applied(wanted[i], after(std::chrono::seconds(5)), [&, i, done](bool reached) {
            {
                const std::lock_guard lock(order_mutex);
                order.push_back(wanted[i]);
            }
            done(reached);
        });
    }
    for (int i = 0; i < 3; ++i) ledger.inject(0, "garbage");
    for (auto& answer : answers) EXPECT_TRUE(answer.get());
    EXPECT_EQ(order, (std::vector<Position>{1, 2, 3}));

    Answer<bool> at_once;
    worker->when_applied(3, after(std::chrono::seconds(0)), at_once.handler());
    EXPECT_TRUE(at_once.ready());
}

TEST_F(PartitionWorkerTest, AWaitForAPositionEndsAtItsDeadlineOrWithTheWorker) {
    const auto worker = make_started();
    Answer<bool> early;
    Answer<bool> late;
    worker->when_applied(1, after(std::chrono::seconds(5)), early.handler());
    worker->when_applied(1, after(std::chrono::seconds(50)), late.handler());
    clock.advance(std::chrono::seconds(6));
    EXPECT_FALSE(early.get());
    EXPECT_FALSE(late.ready());

    std::thread drainer([&] { worker->drain(); });
    clock.advance(std::chrono::seconds(60));
    drainer.join();
    EXPECT_FALSE(late.get());

    Answer<bool> never;
    worker->when_applied(1, after(std::chrono::seconds(5000)), never.handler());
    EXPECT_FALSE(never.get());
}

TEST_F(PartitionWorkerTest, SaysThatItsLogCannotBeReadUntilItCan) {
    const auto worker = make_started();
    break_tails();
    Answer<Reply> overdue;
    submit(*worker, create_organization(), overdue);
    clock.advance(std::chrono::seconds(6));
    EXPECT_FALSE(std::get<Unavailable>(overdue.get()).fate_unknown);
    const Trouble failing = trouble();
    EXPECT_EQ(failing.component, (Component{0, Part::tail}));
    EXPECT_EQ(failing.why, "The test's broker.");
    EXPECT_EQ(failing.reach, Reach::everywhere) << "others read the same log";

    ledger.gate_tails({});
    Answer<Reply> answer;
    submit(*worker, due(create_organization(), std::chrono::seconds(60)), answer);
    EXPECT_TRUE(std::holds_alternative<Accepted>(answer.get()));
    EXPECT_TRUE(health.troubles().empty());
}

TEST_F(PartitionWorkerTest, AFailureThatComesAndGoesIsOneThatLasts) {
    const auto worker = make_started();
    Gate looks;
    std::atomic<bool> breaks = false;
    ledger.gate_tails([&](Partition, std::size_t) -> std::size_t {
        looks.pass();
        breaks = !breaks;
        if (breaks) throw StorageError("The test's broker.");
        return 0;
    });
    Answer<Reply> answer;
    submit(*worker, due(create_organization(), std::chrono::seconds(60)), answer);
    for (int look = 2; look < 9; ++look) {
        looks.await_arrivals(look);
        EXPECT_EQ(trouble().since, after(std::chrono::seconds(0))) << look;
        clock.advance(std::chrono::seconds(1));
    }
    ledger.gate_tails({});
    ledger.ring_tails();
    EXPECT_TRUE(std::holds_alternative<Accepted>(answer.get()));
    worker->drain();
}

TEST_F(PartitionWorkerTest, WhatItsThreadDoesNotHoldIsAnsweredWhileThatThreadHangs) {
    hold_appends();
    const auto worker = make_started();
    Answer<Reply> flying;
    Answer<Reply> waiting;
    Answer<Reply> patient;
    Answer<bool> applied;
    submit(*worker, create_organization(1), flying);
    gate.await_arrivals(1);
    submit(*worker, due(create_organization(2), std::chrono::seconds(5)), waiting);
    submit(*worker, due(create_organization(3), std::chrono::seconds(60)), patient);
    worker->when_applied(1, after(std::chrono::seconds(5)), applied.handler());
    clock.advance(std::chrono::seconds(6));
    EXPECT_EQ(trouble().component, (Component{0, Part::append}));
    EXPECT_EQ(trouble().why, "it has not returned");

    worker->answer_overdue();
    ASSERT_TRUE(waiting.ready());
    EXPECT_FALSE(std::get<Unavailable>(waiting.get()).fate_unknown) << "it was never appended";
    ASSERT_TRUE(applied.ready());
    EXPECT_FALSE(applied.get());
    EXPECT_FALSE(patient.ready());
    EXPECT_FALSE(flying.ready());
    gate.open();
    EXPECT_TRUE(std::holds_alternative<Accepted>(flying.get()));
    EXPECT_TRUE(std::holds_alternative<Accepted>(patient.get()));
}

TEST_F(PartitionWorkerTest, ManyThreadsMaySubmit) {
    const auto worker = make_started();
    constexpr std::uint32_t kThreads = 4;
    constexpr std::uint32_t kEach = 200;
    std::vector<Answer<Reply>> answers(kThreads * kEach);
    std::vector<std::thread> threads;
    for (std::uint32_t t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            for (std::uint32_t i = t * kEach; i < (t + 1) * kEach; ++i) {
                submit(*worker, create_organization(i % 7), answers[i]);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    int accepted = 0;
    for (auto& answer : answers) accepted += std::holds_alternative<Accepted>(answer.get());
    EXPECT_EQ(accepted, 7) << "each organization once";
}

}  // namespace
}  // namespace consularia::ledger
