// Deadlines act through the ledger as clients do, and never twice.
#include "reactions/deadline_worker.hpp"

#include "base/check.hpp"
#include "ledger/commands/processor.hpp"
#include "projections/queries.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_journal.hpp"
#include "tests/support/memory_ledger.hpp"
#include "tests/support/record_samples.hpp"
#include "tests/unit/projections/node.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace consularia::reactions {
namespace {

using namespace projections;
using namespace samples;

class DeadlineWorkerTest : public testing::Test {
  protected:
    DeadlineWorkerTest() {
        clock_.set_wall(kBefore);
        log({history_.create(), history_.schedule(1)});
    }

    /// Puts records of the past into the log and applies them.
    void log(const std::vector<std::string>& values) {
        CHECK(std::holds_alternative<ledger::Appended>(ledger_.append(0, values)));
        settle();
    }

    void settle() {
        while (processor_.step()) {
        }
    }

    std::size_t pass() { return worker_.pass(); }

    [[nodiscard]] std::string status_of(std::uint32_t appointment) {
        const auto found = find_appointment(
            *store_.snapshot(), history_.organization(), appointment_id(appointment)
        );
        if (domain::details_of(found) == nullptr) return "absent";
        return std::string(domain::to_string(domain::status_of(found)));
    }

    /// Made as serve() makes it, except that commands are carried out at once.
    DeadlineWorker make_worker(DeadlineLimits limits = {}) {
        return DeadlineWorker(
            {.store = store_,
             .partitions = 1,
             .is_ours = [this](ledger::Partition) { return ours_; },
             .clock = clock_,
             .submit =
                 [this](ledger::Submission submission, ledger::ReplyHandler reply) {
                     ++submitted_;
                     if (refuse_) return reply(ledger::Unchanged{});
                     std::vector<ledger::Pending> one;
                     one.push_back({std::move(submission), std::move(reply)});
                     processor_.enqueue(std::move(one));
                     settle();
                 },
             .new_event_id = [this] { return make_id<domain::EventId>(++ids_); },
             .on_problem = [this](const std::string& problem) { problems_.push_back(problem); }},
            limits
        );
    }

    test::ManualClock clock_;
    test::MemoryLedger ledger_{{"log", 1, false}};
    test::MemoryReadStore store_;
    test::MemoryJournal journal_;
    PlainLinks links_;
    Projector projector_{
        store_,
        journal_.journal,
        {links_, samples::codec()},
        {std::chrono::seconds(1), {}, {}, {}}};
    ledger::PartitionProcessor processor_{
        {.ledger = ledger_, .store = projector_, .codec = samples::codec(), .clock = clock_},
        {},
        [] {}};
    History history_;
    std::uint32_t ids_ = 0;
    std::size_t submitted_ = 0;
    bool ours_ = true;
    bool refuse_ = false;
    std::vector<std::string> problems_;
    DeadlineWorker worker_ = make_worker();
};

TEST_F(DeadlineWorkerTest, NothingHappensBeforeTheEnd) {
    clock_.set_wall(kEnd - std::chrono::microseconds(1));
    EXPECT_EQ(pass(), 0U);
    EXPECT_EQ(status_of(1), "scheduled");
}

TEST_F(DeadlineWorkerTest, AScheduledAppointmentIsMissedAtItsEndOnce) {
    clock_.set_wall(kEnd);
    EXPECT_EQ(pass(), 1U);
    EXPECT_EQ(status_of(1), "missed");
    EXPECT_EQ(pass(), 0U);
    clock_.set_wall(kEnd + std::chrono::seconds(1'000'000));
    EXPECT_EQ(pass(), 0U);
}

TEST_F(DeadlineWorkerTest, AnActiveAppointmentIsCompletedAtItsEnd) {
    log({history_.add(appointment_id(1), domain::AppointmentStarted{})});
    clock_.set_wall(kEnd);
    EXPECT_EQ(pass(), 1U);
    EXPECT_EQ(status_of(1), "completed");
}

TEST_F(DeadlineWorkerTest, WhatWasDueWhileItWasDownIsDoneInOrder) {
    for (std::uint32_t n = 2; n <= 100; ++n) log({history_.schedule(n)});
    clock_.set_wall(kEnd + std::chrono::days(365));
    auto after_restart = make_worker();
    std::size_t given = 0;
    while (const auto more = after_restart.pass()) given += more;
    EXPECT_EQ(given, 100U);
    for (std::uint32_t n = 1; n <= 100; ++n) EXPECT_EQ(status_of(n), "missed") << n;
}

TEST_F(DeadlineWorkerTest, NoMoreThanItsShareIsInFlight) {
    for (std::uint32_t n = 2; n <= 10; ++n) log({history_.schedule(n)});
    clock_.set_wall(kEnd);
    DeadlineLimits limits;
    limits.in_flight = 4;
    auto worker = make_worker(limits);
    EXPECT_EQ(worker.pass(), 4U);
    EXPECT_EQ(worker.pass(), 4U);
    EXPECT_EQ(worker.pass(), 2U);
    EXPECT_EQ(worker.pass(), 0U);
}

TEST_F(DeadlineWorkerTest, AnOrganizationWithAnEndThatACommandDoesNotBringAboutIsLeftAlone) {
    refuse_ = true;
    clock_.set_wall(kEnd);
    EXPECT_EQ(pass(), 1U);
    EXPECT_EQ(pass(), 0U);
    EXPECT_EQ(pass(), 0U);
    EXPECT_EQ(submitted_, 1U);
    clock_.advance(std::chrono::milliseconds(30'000));
    refuse_ = false;
    EXPECT_EQ(pass(), 1U);
    EXPECT_EQ(status_of(1), "missed");
}

TEST_F(DeadlineWorkerTest, WhatAnotherNodeHasEndedDoesNotHoldUpTheRest) {
    log({history_.schedule(2)});
    refuse_ = true;
    clock_.set_wall(kEnd);
    DeadlineLimits limits;
    limits.in_flight = 1;
    auto worker = make_worker(limits);
    EXPECT_EQ(worker.pass(), 1U);
    log({history_.add(appointment_id(1), domain::AppointmentMissed{})});
    refuse_ = false;
    EXPECT_EQ(worker.pass(), 1U);
    EXPECT_EQ(status_of(2), "missed");
}

TEST_F(DeadlineWorkerTest, AFrozenOrganizationIsNeverDue) {
    log({history_.add_unknown_type()});
    clock_.set_wall(kEnd);
    EXPECT_EQ(pass(), 0U);
    EXPECT_EQ(submitted_, 0U);
    EXPECT_TRUE(store_.rows(Table::next_deadlines).empty());
}

TEST_F(DeadlineWorkerTest, NothingIsDoneByAClockThatHasJumpedAndItSaysSo) {
    clock_.set_wall(kEnd);
    clock_.set_problem("It jumped.");
    EXPECT_EQ(pass(), 0U);
    EXPECT_EQ(problems_, std::vector<std::string>{"It jumped."});
    clock_.set_problem("");
    EXPECT_EQ(pass(), 1U);
}

TEST_F(DeadlineWorkerTest, WhatAnotherNodeShouldEndIsLeftToItForAWhile) {
    ours_ = false;
    clock_.set_wall(kEnd);
    EXPECT_EQ(pass(), 0U);
    clock_.set_wall(kEnd + std::chrono::microseconds(749'999));
    EXPECT_EQ(pass(), 0U);
    clock_.set_wall(kEnd + std::chrono::microseconds(750'000));
    EXPECT_EQ(pass(), 1U);
    EXPECT_EQ(status_of(1), "missed");
}

TEST_F(DeadlineWorkerTest, TheEventSaysThatTheSystemActed) {
    clock_.set_wall(kEnd);
    ASSERT_EQ(pass(), 1U);
    const auto fact = journal_.journal.fact(history_.organization(), 3);
    ASSERT_TRUE(fact.has_value());
    EXPECT_NE(fact->find(R"("actor":"system/deadlines")"), std::string::npos) << *fact;
    EXPECT_EQ(fact->find("requestid"), std::string::npos) << *fact;
}

TEST_F(DeadlineWorkerTest, ItsThreadEndsWhatIsDueAndStops) {
    clock_.set_wall(kEnd);
    auto worker = make_worker();
    worker.start();
    while (status_of(1) != "missed") std::this_thread::yield();
    worker.stop();
    EXPECT_EQ(submitted_, 1U);
}

}  // namespace
}  // namespace consularia::reactions
