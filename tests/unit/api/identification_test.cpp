// A write waits for no other node before the ledger decides it, and is refused only on the newest
// state.

#include "tests/unit/api/member_calls.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>

namespace consularia::api {
namespace {

class IdentificationTest : public MemberCalls {
  protected:
    IdentificationTest() {
        request_.method = "POST";
        request_.path = "/api/v1/appointments/";
        authorize(secret_);
    }

    void authorize(const std::string& secret) {
        request_.headers = {
            {"Authorization", "Token " + secret}, {"Content-Type", "application/json"}};
    }

    void revoke() { node_.apply(history_.add(domain::TokenRevoked{token_.id})); }

    /// The first step that is more than waiting for the start or a turn.
    Step begin() { return take_turns(dispatch(service_, request_, trace_)); }

    static Step take_turns(Step step) {
        while (true) {
            if (auto* start = std::get_if<AfterStart>(&step.next)) {
                step = Step(start->then());
            } else if (auto* turn = std::get_if<InTurn>(&step.next)) {
                step = Step(turn->then());
            } else {
                return step;
            }
        }
    }

    static Step with_body(const Step& step, std::string body) {
        return take_turns(std::get<ReadBody>(step.next).then(std::move(body)));
    }

    static Step in_sync(const Step& step, bool fresh = true) {
        return take_turns(std::get<AfterSync>(step.next).then(fresh));
    }

    static int status(const Step& step) { return std::get<Response>(step.next).status; }
};

const std::string kGood =
    R"({"title":"T","start_date_time":"2031-05-06T07:08:09Z","duration_minutes":30,)"
    R"("participants":[]})";

TEST_F(IdentificationTest, AWriteIsSubmittedWithoutWaitingForTheLog) {
    EXPECT_TRUE(std::holds_alternative<Submit>(with_body(begin(), kGood).next));
}

TEST_F(IdentificationTest, AReadWaitsForTheLog) {
    request_.method = "GET";
    EXPECT_TRUE(std::holds_alternative<AfterSync>(begin().next));
}

TEST_F(IdentificationTest, AWriteByATokenThatThisNodeDoesNotKnowWaitsForTheLog) {
    const auto issued = make_secret(history_.organization(), "elsewhere");
    authorize(issued);
    const auto step = begin();
    ASSERT_TRUE(std::holds_alternative<AfterSync>(step.next));
    auto grant = samples::make_grant(2);
    grant.secret_hash = hash_secret(issued);
    node_.apply(history_.add(domain::TokenIssued{grant}));
    EXPECT_TRUE(std::holds_alternative<Submit>(with_body(in_sync(step), kGood).next));

    authorize(make_secret(history_.organization(), "nobody"));
    EXPECT_EQ(status(in_sync(begin())), 401);
}

TEST_F(IdentificationTest, AWriteWaitsForTheLogIfThisNodesCopyIsTooOld) {
    service_.fresh_enough = [](auto) { return false; };
    EXPECT_EQ(status(in_sync(begin(), false)), 503);
    EXPECT_TRUE(std::holds_alternative<Submit>(with_body(in_sync(begin()), kGood).next));
}

TEST_F(IdentificationTest, AHeadIsRefusedToATokenThatIsStillValid) {
    request_.headers.emplace_back("Accept", "image/png");
    const auto step = begin();
    ASSERT_TRUE(std::holds_alternative<AfterSync>(step.next));
    EXPECT_EQ(status(in_sync(step)), 406);
    revoke();
    EXPECT_EQ(status(in_sync(begin())), 401);
}

TEST_F(IdentificationTest, ARevocationElsewhereComesBeforeEveryOtherRefusal) {
    request_.headers.emplace_back("Accept", "image/png");
    const auto head = begin();
    request_.headers.pop_back();
    const auto no_json = with_body(begin(), "{");
    const auto no_title = with_body(begin(), "{}");
    const auto no_body = take_turns(
        std::get<ReadBody>(begin().next).then(tl::unexpected(Failure{413, "Too much.", {}}))
    );
    revoke();
    for (const auto* step : {&head, &no_json, &no_title, &no_body}) {
        ASSERT_TRUE(std::holds_alternative<AfterSync>(step->next));
        const auto refused = std::get<Response>(in_sync(*step).next);
        EXPECT_EQ(refused.status, 401);
        EXPECT_FALSE(refused.sequence);
    }
}

TEST_F(IdentificationTest, ABodyIsRefusedToATokenThatIsStillValid) {
    EXPECT_EQ(status(in_sync(with_body(begin(), "{"))), 400);
    EXPECT_EQ(status(in_sync(with_body(begin(), "{}"))), 400);
}

/// Clients may have read newer data since, on this node or another.
TEST_F(IdentificationTest, ARefusalHasThePositionAtWhichItWasConfirmed) {
    request_.headers.emplace_back("Accept", "image/png");
    const auto head = begin();
    request_.headers.pop_back();
    const auto no_title = with_body(begin(), "{}");
    node_.apply(history_.add(domain::TokenIssued{samples::make_grant(2)}));
    for (const auto* step : {&head, &no_title}) {
        EXPECT_EQ(std::get<Response>(in_sync(*step).next).sequence, history_.head().sequence);
    }
}

TEST_F(IdentificationTest, WhatTheLedgerCannotAppendHasThePositionOfThatMoment) {
    const auto submitted = with_body(begin(), kGood);
    node_.apply(history_.add(domain::TokenIssued{samples::make_grant(2)}));
    for (const auto& reply :
         {ledger::Reply{ledger::RecordTooLarge{}},
          ledger::Reply{ledger::Frozen{}},
          ledger::Reply{ledger::NoTimeLeft{}},
          ledger::Reply{ledger::OutOfStorage{}},
          ledger::Reply{ledger::Unavailable{}}}) {
        const auto response = std::get<Submit>(submitted.next).render(reply);
        EXPECT_EQ(response.sequence, history_.head().sequence) << response.status;
    }
}

}  // namespace
}  // namespace consularia::api
