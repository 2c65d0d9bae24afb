// Answers without a record: they never rest on stale or pending state.

#include "ledger/log/storage_error.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/kept.hpp"
#include "tests/support/test_node.hpp"

#include <gtest/gtest.h>

namespace consularia::ledger {
namespace {

using namespace test;
using Report = AppendPlan::Report;

class HeldAnswersTest : public testing::Test {
  protected:
    HeldAnswersTest() {
        node.ask(create_organization());
        node.ask(schedule(1, 7));
        queries = ledger.end_queries();
    }

    void hold_tails() {
        ledger.gate_tails([](Partition, std::size_t) { return 0; });
    }

    /// Queries of the log's end since the test began.
    std::size_t syncs() const { return ledger.end_queries() - queries; }

    Submission issue(domain::TokenGrant grant) {
        return submission(1, domain::IssueToken{std::move(grant)});
    }

    Submission revoke(std::uint32_t token) {
        return submission(1, domain::RevokeToken{samples::token_id(token)});
    }

    ManualClock clock;
    MemoryLedger ledger;
    TestNode node{ledger, clock};
    TestNode other{ledger, clock};
    std::size_t queries = 0;
};

TEST_F(HeldAnswersTest, ARefusalAloneWaitsForASync) {
    const Reply reply = node.ask(rename(1, 99, "Nobody"));
    const auto& refused = std::get<Refused>(reply);
    EXPECT_EQ(refused.rejection, domain::Rejection(domain::NotFound{"Appointment"}));
    EXPECT_EQ(refused.head, 2);
    EXPECT_EQ(syncs(), 1);
}

TEST_F(HeldAnswersTest, ARefusalIsNotAnsweredBeforeTheEndOfTheLogIsApplied) {
    const auto number = node.submit(rename(1, 99, "Theirs"));
    other.ask(schedule(1, 99));
    hold_tails();
    node.run();
    EXPECT_FALSE(node.reply(number));

    ledger.gate_tails({});
    node.run();
    ASSERT_TRUE(node.reply_as<Accepted>(number)) << "decided again, it leads to an event";
    EXPECT_EQ(node.title(1, 99), "Theirs");
}

TEST_F(HeldAnswersTest, ALedgerOfOneNodeNeedsNoSync) {
    MemoryLedger own({.shared = false});
    TestNode single(own, clock);
    EXPECT_TRUE(std::holds_alternative<Refused>(single.ask(rename(1, 99, "Nobody"))));
    EXPECT_EQ(own.end_queries(), 0);
}

TEST_F(HeldAnswersTest, ARefusalThatTravelsWithARecordNeedsNoSync) {
    const auto refused = node.submit(rename(1, 99, "Nobody"));
    const auto accepted = node.submit(rename(1, 7, "Somebody"));
    node.processor.step();
    EXPECT_FALSE(node.reply(refused));
    node.run();
    EXPECT_TRUE(node.reply_as<Accepted>(accepted));
    ASSERT_TRUE(node.reply_as<Refused>(refused));
    EXPECT_EQ(node.reply_as<Refused>(refused)->head, 3) << "the settled state's head";
    EXPECT_EQ(syncs(), 0);
}

TEST_F(HeldAnswersTest, AVoidRecordServesAsWell) {
    ledger.plan_next([&](auto values) {
        other.ask(schedule(1, 99));
        return AppendPlan::land(values.size());
    });
    const auto first = node.submit(remove(1, 99));
    const auto second = node.submit(rename(1, 7, "Somebody"));
    node.run();
    EXPECT_EQ(syncs(), 0);
    EXPECT_EQ(node.reply_as<Accepted>(first)->head.sequence, 4) << "in their order";
    EXPECT_EQ(node.reply_as<Accepted>(second)->head.sequence, 5);
}

TEST_F(HeldAnswersTest, RecordsThatWereNeverSeenDoNotSettleARefusal) {
    // The record dies of a fact that was in the log before the refused command came.
    other.ask(schedule(1, 8));
    other.ask(schedule(1, 99));
    int calls = 0;
    ledger.gate_tails([&](Partition, std::size_t) {
        return static_cast<std::size_t>(++calls == 2);  // The first of the two, after deciding.
    });
    ledger.plan_next([](auto) { return AppendPlan::lose(); });
    node.submit(rename(1, 7, "Lost"));
    const auto stale = node.submit(schedule(1, 99));
    const auto refused = node.submit(rename(1, 98, "Nobody"));
    node.run();
    EXPECT_FALSE(node.reply(refused));
    EXPECT_EQ(syncs(), 1);

    ledger.gate_tails({});
    node.run();
    EXPECT_TRUE(node.reply_as<Refused>(stale)) << "exists already";
    EXPECT_EQ(node.reply_as<Refused>(refused)->head, 4);
}

TEST_F(HeldAnswersTest, ARefusalByAPendingEventThatNeverHappensIsNotAnswered) {
    ledger.plan_next([](auto) { return AppendPlan::lose(Report::failed); });
    const auto removed = node.submit(remove(1, 7));
    const auto renamed = node.submit(rename(1, 7, "Still there"));
    node.run();
    EXPECT_TRUE(node.reply_as<Unavailable>(removed));
    EXPECT_TRUE(node.reply_as<Accepted>(renamed));
    EXPECT_EQ(node.title(1, 7), "Still there");
}

TEST_F(HeldAnswersTest, AnUnknownEndOfTheLogLosesNoCommand) {
    ledger.before_ends([](auto) { throw StorageError("The test's broker."); });
    const auto number = node.submit(rename(1, 99, "Nobody"));
    const auto overdue = node.submit(due(rename(1, 98, "Nobody"), std::chrono::seconds(1)));
    EXPECT_THROW(node.run(), StorageError);
    clock.advance(std::chrono::seconds(1));
    EXPECT_THROW(node.run(), StorageError);
    EXPECT_FALSE(node.reply_as<Unavailable>(overdue)->fate_unknown);
    EXPECT_FALSE(node.reply(number));

    ledger.before_ends({});
    node.run();
    EXPECT_TRUE(node.reply_as<Refused>(number));
}

TEST_F(HeldAnswersTest, WhatChangesNothingIsAnsweredWithTheSettledState) {
    node.ask(start(1, 7));
    const Reply reply = node.ask(start(1, 7));
    const auto& unchanged = std::get<Unchanged>(reply);
    EXPECT_EQ(unchanged.sequence, 3);
    EXPECT_EQ(domain::version_of(appointment_in(unchanged)), 2);
}

TEST_F(HeldAnswersTest, ARememberedKeyIsReplayedUntilItExpires) {
    const auto ttl = ProcessorLimits{}.idempotency_ttl;
    clock.advance(std::chrono::seconds(1));
    node.ask(with_key(rename(1, 7, "First"), "key"));
    clock.advance(std::chrono::seconds(1));
    node.ask(due(schedule(1, 8), std::chrono::seconds(10)));

    const auto repeat = due(with_key(rename(1, 7, "First"), "key"), std::chrono::hours(100));
    clock.advance(ttl - std::chrono::seconds(1) - std::chrono::microseconds(1));
    const Reply reply = node.ask(repeat);
    ASSERT_TRUE(std::holds_alternative<Replayed>(reply));
    EXPECT_EQ(std::get<Replayed>(reply).sequence, 3);
    EXPECT_EQ(std::get<Replayed>(reply).head, 4);

    clock.advance(std::chrono::microseconds(1));
    EXPECT_TRUE(std::holds_alternative<Unchanged>(node.ask(repeat)));
}

TEST_F(HeldAnswersTest, AKeyThatStoodForAnotherRequestIsAMismatch) {
    node.ask(with_key(rename(1, 7, "First"), "key", 1));
    const Reply reply = node.ask(with_key(rename(1, 7, "Second"), "key", 2));
    ASSERT_TRUE(std::holds_alternative<IdempotencyMismatch>(reply));
    EXPECT_EQ(std::get<IdempotencyMismatch>(reply).head, 3);
}

TEST_F(HeldAnswersTest, AKeyThatIsGivenTwiceAtOnceIsDoneOnce) {
    // One request in two attempts: what it creates has got another id in each.
    const auto first = node.submit(with_key(schedule(1, 8), "key"));
    const auto second = node.submit(with_key(schedule(1, 9), "key"));
    node.run();
    EXPECT_EQ(node.reply_as<Accepted>(first)->head.sequence, 3);
    ASSERT_TRUE(node.reply_as<Replayed>(second));
    EXPECT_EQ(node.reply_as<Replayed>(second)->sequence, 3);
    EXPECT_EQ(ledger.values(0).size(), 3);
}

TEST_F(HeldAnswersTest, NobodyActsAfterTheirTokenIsRevoked) {
    node.submit(revoke(1));
    const auto late = node.submit(by_token(rename(1, 7, "Late"), 1));
    node.run();
    EXPECT_TRUE(node.reply_as<Unauthorized>(late));
    EXPECT_EQ(node.title(1, 7), "Consultation");
}

TEST_F(HeldAnswersTest, ATokenMustExistAndMayWriteUntilItExpires) {
    auto reader = samples::make_grant(2);
    reader.scopes = {};
    reader.scopes.add(domain::Scope::read);
    reader.scopes.add(domain::Scope::audit);
    auto brief = samples::make_grant(3);
    brief.expires_at = clock.now() + std::chrono::seconds(1);
    node.submit(issue(reader));
    node.submit(issue(brief));
    node.run();

    EXPECT_TRUE(std::holds_alternative<Unauthorized>(node.ask(by_token(start(1, 7), 2))));
    EXPECT_TRUE(std::holds_alternative<Unauthorized>(node.ask(by_token(start(1, 7), 4))));
    EXPECT_TRUE(std::holds_alternative<Unauthorized>(node.ask(by_token(start(2, 7), 1))));
    EXPECT_TRUE(std::holds_alternative<Accepted>(node.ask(by_token(start(1, 7), 3))));
    clock.advance(std::chrono::seconds(1));
    EXPECT_TRUE(std::holds_alternative<Unauthorized>(node.ask(by_token(remove(1, 7), 3))));
}

TEST_F(HeldAnswersTest, ATokenDoesOnlyWhatAScopePermits) {
    auto auditor = samples::make_grant(2);
    auditor.scopes = {};
    auditor.scopes.add(domain::Scope::audit);
    ASSERT_TRUE(std::holds_alternative<Accepted>(node.ask(issue(auditor))));
    auto command = by_token(start(1, 7), 2);
    const std::optional<domain::Scope> too_little[] = {std::nullopt, domain::Scope::write};
    for (const auto scope : too_little) {
        command.scope = scope;
        EXPECT_TRUE(std::holds_alternative<Unauthorized>(node.ask(command)));
    }
    command.scope = domain::Scope::audit;
    EXPECT_TRUE(std::holds_alternative<Accepted>(node.ask(command)));
}

TEST_F(HeldAnswersTest, ATooLargeRecordIsRefused) {
    auto large = rename(1, 7, "Large");
    large.request.own = std::string(kMaxRecordBytes, 'x');
    EXPECT_TRUE(std::holds_alternative<RecordTooLarge>(node.ask(large)));
    EXPECT_EQ(node.head().sequence, 2);
}

TEST_F(HeldAnswersTest, AFrozenOrganizationAnswersFrozenAndOthersGoOn) {
    ledger.inject(0, unknown_record(node.store, samples::organization_id(1)));
    const auto frozen = node.submit(rename(1, 7, "Frozen"));
    const auto accepted = node.submit(create_organization(2));
    node.run();
    EXPECT_TRUE(node.reply_as<Frozen>(frozen));
    EXPECT_TRUE(node.reply_as<Accepted>(accepted));
    EXPECT_EQ(node.head().sequence, 3) << "facts advance";
}

TEST_F(HeldAnswersTest, AnOrganizationThatFreezesUnderACommandAnswersFrozen) {
    ledger.plan_next([&](auto values) {
        ledger.inject(0, unknown_record(node.store, samples::organization_id(1)));
        return AppendPlan::land(values.size());
    });
    EXPECT_TRUE(std::holds_alternative<Frozen>(node.ask(rename(1, 7, "Frozen"))));
}

TEST_F(HeldAnswersTest, NothingIsDecidedByAClockThatHasJumped) {
    const auto before = node.head();
    clock.set_problem("It jumped.");
    const auto write = node.ask(rename(1, 7, "Jumped"));
    const auto refusal = node.ask(rename(1, 8, "Of an appointment that there is not"));
    for (const auto& reply : {write, refusal}) {
        const auto* const unavailable = std::get_if<Unavailable>(&reply);
        ASSERT_TRUE(unavailable);
        EXPECT_FALSE(unavailable->fate_unknown);
        EXPECT_EQ(unavailable->why, "It jumped.");
    }
    EXPECT_EQ(node.head().sequence, before.sequence);
    clock.set_problem("");
    EXPECT_TRUE(std::holds_alternative<Accepted>(node.ask(rename(1, 7, "Back"))));
}

TEST_F(HeldAnswersTest, WhatIsHeldWhenTheClockJumpsIsNotAnsweredByIt) {
    ledger.plan_next([&](auto values) {
        clock.set_problem("It jumped.");
        return AppendPlan::land(values.size());
    });
    const auto written = node.submit(rename(1, 7, "Before"));
    const auto held = node.submit(rename(1, 8, "Of an appointment that there is not"));
    node.run();
    EXPECT_TRUE(node.reply_as<Accepted>(written)) << "it is in the log";
    EXPECT_TRUE(node.reply_as<Unavailable>(held));
}

TEST_F(HeldAnswersTest, NothingCanFollowTheLastMoment) {
    ManualClock end_of_time;
    end_of_time.set_wall(domain::kLatest);
    TestNode late(ledger, end_of_time);
    EXPECT_TRUE(std::holds_alternative<Accepted>(late.ask(rename(1, 7, "Last"))));
    EXPECT_TRUE(std::holds_alternative<NoTimeLeft>(node.ask(rename(1, 7, "After"))));
}

}  // namespace
}  // namespace consularia::ledger
