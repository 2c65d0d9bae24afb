// What may be sent to a webhook when.
#include "reactions/webhooks/schedule.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace consularia::reactions::webhooks {
namespace {

using namespace std::chrono_literals;

using Steady = Schedule::Steady;
using Sequences = std::vector<ledger::Sequence>;

class ScheduleTest : public testing::Test {
  protected:
    /// All that may be sent now.
    Sequences send() {
        Sequences sent;
        while (const auto next = schedule_.next(now_)) sent.push_back(*next);
        return sent;
    }

    void take(ledger::Sequence from, ledger::Sequence to, const std::string& subject = "") {
        for (auto sequence = from; sequence <= to; ++sequence) {
            schedule_.take(
                sequence, subject.empty() ? "s" + std::to_string(sequence) : subject, now_
            );
        }
    }

    /// Everything that is sent fails, until this time has passed.
    std::size_t fail_for(std::chrono::seconds time) {
        std::size_t attempts = 0;
        for (const auto end = now_ + time;;) {
            for (const auto sequence : send()) {
                schedule_.failed(sequence, now_);
                ++attempts;
            }
            const auto next = schedule_.next_at(now_);
            if (!next || *next > end) {
                now_ = end;
                return attempts;
            }
            now_ = std::max(now_, *next);
        }
    }

    ScheduleLimits limits_;
    double random_ = 0.5;  // no jitter
    Steady now_ = Steady(1000h);
    Schedule schedule_{limits_, [this] { return random_; }, 0};
};

TEST_F(ScheduleTest, SubjectsAreSentSideBySideUpToTheLimit) {
    take(1, 6);
    EXPECT_EQ(send(), (Sequences{1, 2, 3, 4}));
    schedule_.delivered(3, now_);
    EXPECT_EQ(send(), (Sequences{5}));
    EXPECT_EQ(schedule_.in_flight(), 4U);
}

TEST_F(ScheduleTest, OneOfASubjectIsInFlightAndTheNextFollowsItsSuccess) {
    take(1, 3, "one");
    take(4, 4, "other");
    EXPECT_EQ(send(), (Sequences{1, 4}));
    schedule_.delivered(1, now_);
    EXPECT_EQ(send(), (Sequences{2}));
    schedule_.failed(2, now_);
    schedule_.delivered(4, now_);
    EXPECT_EQ(send(), Sequences{});
    now_ += 5s;
    EXPECT_EQ(send(), (Sequences{2}));
    schedule_.delivered(2, now_);
    EXPECT_EQ(send(), (Sequences{3}));
}

TEST_F(ScheduleTest, ThePositionIsBelowTheLowestOneThatIsNotDelivered) {
    take(1, 2);
    schedule_.leave_out(3);
    take(4, 4);
    schedule_.leave_out(5);
    EXPECT_EQ(schedule_.position(), 0U);
    (void)send();
    schedule_.delivered(2, now_);
    EXPECT_EQ(schedule_.position(), 0U);
    schedule_.delivered(1, now_);
    EXPECT_EQ(schedule_.position(), 3U);
    schedule_.delivered(4, now_);
    EXPECT_EQ(schedule_.position(), 5U);
}

TEST_F(ScheduleTest, WhatIsLeftOutMovesThePositionByItself) {
    schedule_.leave_out(7);
    EXPECT_EQ(schedule_.position(), 7U);
    EXPECT_FALSE(schedule_.next_at(now_));
}

TEST_F(ScheduleTest, TheWindowEndsBeyondTheLowestOneThatIsNotDelivered) {
    take(1, 1, "stuck");
    for (ledger::Sequence sequence = 2; schedule_.has_room(); ++sequence) {
        take(sequence, sequence);
    }
    EXPECT_EQ(schedule_.read_to(), limits_.window);
    ASSERT_EQ(schedule_.next(now_), 1U);
    for (ledger::Sequence sequence = 2; sequence <= limits_.window; ++sequence) {
        ASSERT_EQ(schedule_.next(now_), sequence);
        schedule_.delivered(sequence, now_);
    }
    EXPECT_FALSE(schedule_.has_room());
    schedule_.delivered(1, now_);
    EXPECT_TRUE(schedule_.has_room());
    EXPECT_EQ(schedule_.position(), limits_.window);
}

TEST_F(ScheduleTest, TheRetriesFollowTheirDelaysAndTheLastOneGoesOn) {
    take(1, 1);
    for (const auto delay : {5s, 300s, 1800s, 7200s, 18000s, 36000s, 36000s, 36000s}) {
        ASSERT_EQ(send(), (Sequences{1}));
        schedule_.failed(1, now_);
        EXPECT_EQ(schedule_.next_at(now_), now_ + delay);
        EXPECT_EQ(schedule_.due(1), now_ + delay);
        EXPECT_EQ(schedule_.state(now_), EndpointState::retrying);
        now_ += delay;
    }
}

TEST_F(ScheduleTest, JitterMakesADelayAFifthShorterOrLonger) {
    take(1, 2);
    random_ = 0;
    (void)send();
    schedule_.failed(1, now_);
    EXPECT_EQ(schedule_.due(1), now_ + 4s);
    random_ = 1;
    schedule_.failed(2, now_);
    EXPECT_EQ(schedule_.due(2), now_ + 6s);
}

TEST_F(ScheduleTest, RetryAfterHoldsForTheWholeEndpoint) {
    take(1, 2);
    ASSERT_EQ(schedule_.next(now_), 1U);
    schedule_.failed(1, now_, 120s);
    EXPECT_EQ(schedule_.next_at(now_), now_ + 120s);
    now_ += 119s;
    EXPECT_EQ(send(), Sequences{});
    now_ += 1s;
    EXPECT_EQ(send(), (Sequences{2}));
}

TEST_F(ScheduleTest, RetryAfterIsAtMostADayAndNeverShortensADelay) {
    take(1, 1);
    (void)send();
    schedule_.failed(1, now_, 240h);
    EXPECT_EQ(schedule_.next_at(now_), now_ + 24h);
    now_ += 24h;
    ASSERT_EQ(send(), (Sequences{1}));
    schedule_.failed(1, now_, 1s);
    EXPECT_EQ(schedule_.next_at(now_), now_ + 5min);
}

TEST_F(ScheduleTest, AnEndpointInTroubleGetsOnePostAtATime) {
    take(1, 3);
    ASSERT_EQ(schedule_.next(now_), 1U);
    schedule_.failed(1, now_);
    EXPECT_EQ(send(), (Sequences{2}));
    schedule_.delivered(2, now_);
    EXPECT_EQ(schedule_.state(now_), EndpointState::ok);
}

TEST_F(ScheduleTest, TheSuccessThatEndsAnOutageHurriesTheRest) {
    take(1, 40);
    (void)fail_for(1h);
    schedule_.hurry(now_);
    ASSERT_EQ(send(), (Sequences{1}));
    schedule_.failed(1, now_);
    now_ = *schedule_.next_at(now_);
    const auto first = send();
    ASSERT_EQ(first.size(), 1U);
    schedule_.delivered(first.front(), now_);
    EXPECT_EQ(send().size(), limits_.in_flight);
}

TEST_F(ScheduleTest, AnEventThatIsNotTakenKeepsItsDelaysWhileOthersSucceed) {
    take(1, 1);
    ASSERT_EQ(schedule_.next(now_), 1U);
    schedule_.failed(1, now_);
    for (ledger::Sequence other = 2; other < 10; ++other) {
        take(other, other);
        ASSERT_EQ(schedule_.next(now_), other);
        schedule_.delivered(other, now_);
        EXPECT_EQ(schedule_.next_at(now_), now_ + 5s);
    }
}

TEST_F(ScheduleTest, AfterDaysOfFailuresTheLowestOneIsProbedOnceAnHour) {
    take(1, 3);
    (void)fail_for(5 * 24h);
    EXPECT_EQ(schedule_.state(now_), EndpointState::failing);
    const auto attempts = fail_for(100h);
    EXPECT_GE(attempts, 99U);
    EXPECT_LE(attempts, 101U);
    take(4, 10);
    EXPECT_EQ(send(), Sequences{});
    now_ = *schedule_.next_at(now_);
    EXPECT_EQ(send(), (Sequences{1}));
    schedule_.delivered(1, now_);
    EXPECT_EQ(schedule_.state(now_), EndpointState::ok);
    EXPECT_EQ(send(), (Sequences{2, 3, 4, 5}));
}

TEST_F(ScheduleTest, ASuccessBetweenKeepsItFromFailing) {
    take(1, 1);
    (void)fail_for(4 * 24h);
    take(2, 2);
    schedule_.delivered(2, now_);
    EXPECT_EQ(schedule_.state(now_), EndpointState::ok);
    (void)fail_for(2 * 24h);
    EXPECT_EQ(schedule_.state(now_), EndpointState::retrying);
}

TEST_F(ScheduleTest, WhatFailedBeforeARestartGoesOnWhereItWas) {
    Schedule restarted(
        limits_, [] { return 0.5; }, 7, now_ - 6 * 24h
    );
    restarted.take(8, "a", now_, {.attempts = 3, .due = now_ + 1h});
    restarted.take_delivered(9);
    EXPECT_EQ(restarted.state(now_), EndpointState::failing);
    ASSERT_EQ(restarted.next(now_), 8U);  // a probe
    restarted.failed(8, now_);
    EXPECT_EQ(restarted.due(8), now_ + 2h);
    EXPECT_EQ(restarted.next_at(now_), now_ + 1h);
    EXPECT_EQ(restarted.position(), 7U);
    restarted.delivered(8, now_);
    EXPECT_EQ(restarted.position(), 9U);
}

TEST_F(ScheduleTest, WhatWasDeliveredOtherwiseIsNotSentAndLetsTheNextOneFollow) {
    take(1, 2, "one");
    schedule_.delivered(1, now_);
    EXPECT_EQ(send(), (Sequences{2}));
    schedule_.delivered(2, now_);
    EXPECT_EQ(schedule_.in_flight(), 0U);
    EXPECT_EQ(schedule_.position(), 2U);
}

TEST_F(ScheduleTest, WhatCouldNotBeSentIsPutBackWithoutAFailure) {
    take(1, 1);
    (void)send();
    schedule_.put_back(1, now_ + 1s);
    EXPECT_EQ(schedule_.state(now_), EndpointState::ok);
    EXPECT_EQ(schedule_.next_at(now_), now_ + 1s);
    now_ += 1s;
    EXPECT_EQ(send(), (Sequences{1}));
}

}  // namespace
}  // namespace consularia::reactions::webhooks
