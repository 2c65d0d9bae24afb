// The feed of events: what is read at once, and what is answered about a frozen organization.

#include "api/feed.hpp"

#include "api/authentication.hpp"
#include "api/dispatch.hpp"
#include "api/rates.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/record_samples.hpp"
#include "tests/support/service.hpp"
#include "tests/unit/projections/node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace consularia::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Feed : public testing::Test {
  protected:
    Feed() {
        secret_ = make_secret(history_.organization(), "secret");
        auto grant = samples::make_grant(7);
        grant.secret_hash = hash_secret(secret_);
        node_.apply(history_.add(domain::OrganizationCreated{
            samples::make_organization_name("Consulate"), grant}));
        token_ = grant.id;
        clock_.set_wall(samples::kStart);
        service_.store = &node_.store;
        service_.journal = &node_.journal();
        service_.links = &node_.links;
    }

    void schedule(std::uint32_t from, std::uint32_t to) {
        for (auto number = from; number <= to; ++number) node_.apply(history_.schedule(number));
    }

    FeedPart read(ledger::Sequence after, const FeedBudget& budget, std::string type = "") {
        FeedQuery query;
        query.after = after;
        if (!type.empty()) query.types = {std::move(type)};
        return read_feed(
            node_.journal(), history_.organization(), query, history_.head().sequence, budget
        );
    }

    /// The step that a request leads to once its organization was synced.
    Step ask(const std::string& path, const std::string& query = "", const char* consistency = "") {
        request_.method = "GET";
        request_.path = "/api/v1" + path;
        request_.query = query;
        request_.headers = {{"Authorization", "Token " + secret_}, {"Consistency", consistency}};
        auto start = dispatch(service_, request_, trace_);
        auto next = std::get<AfterStart>(start.next).then();
        if (const auto* const sync = std::get_if<AfterSync>(&next.next)) next = sync->then(true);
        return std::get<InTurn>(next.next).then();
    }

    Response answer(const std::string& path, const std::string& query = "") {
        return std::get<Response>(ask(path, query).next);
    }

    samples::History history_;
    projections::Node node_;
    test::ManualClock clock_;
    const Rates rates_{{}, clock_, [](std::string_view) {}};
    Service service_ = test::make_service(clock_, rates_);
    Request request_;
    Trace trace_;
    std::string secret_;
    domain::TokenId token_;
};

std::vector<ledger::Sequence> sequences(const FeedPart& part) {
    std::vector<ledger::Sequence> all;
    for (const auto& one : part.events) all.push_back(one.sequence);
    return all;
}

TEST_F(Feed, EndsWhenItsBytesAreSpentWithAtLeastOneEvent) {
    schedule(1, 5);
    const auto whole = read(0, {});
    EXPECT_THAT(sequences(whole), ElementsAre(1, 2, 3, 4, 5, 6));
    const auto first = whole.events[0].event.json.size();
    const auto second = whole.events[1].event.json.size();
    EXPECT_THAT(sequences(read(0, {.bytes = 1})), ElementsAre(1));
    EXPECT_THAT(sequences(read(0, {.bytes = first})), ElementsAre(1));
    EXPECT_THAT(sequences(read(0, {.bytes = first + 1})), ElementsAre(1, 2));
    EXPECT_THAT(sequences(read(0, {.bytes = first + second})), ElementsAre(1, 2));
    EXPECT_EQ(read(0, {.bytes = first + second}).position, 2U);
}

TEST_F(Feed, EndsWhenItHasSkippedMuchAndSaysHowFarItCame) {
    schedule(1, 300);
    const auto none = read(0, {.read_facts = 290}, "no such type");
    EXPECT_THAT(none.events, IsEmpty());
    EXPECT_EQ(none.position, 290U);
    const auto rest = read(none.position, {.read_facts = 290}, "no such type");
    EXPECT_EQ(rest.position, 301U);
    EXPECT_EQ(read(0, {.read_bytes = 1}, "no such type").position, 1U);
}

TEST_F(Feed, EndsWhereTheReadStoreEnds) {
    schedule(1, 3);
    const auto part = read_feed(node_.journal(), history_.organization(), {}, 2);
    EXPECT_THAT(sequences(part), ElementsAre(1, 2));
    EXPECT_EQ(part.position, 2U);
}

TEST_F(Feed, OfAFrozenOrganizationHasTheFactsBehindTheFreeze) {
    node_.apply(history_.add_unknown_type());
    schedule(1, 2);
    const auto feed = answer("/events/");
    EXPECT_EQ(feed.status, 200);
    EXPECT_EQ(feed.sequence, 4U);
    EXPECT_THAT(feed.body, HasSubstr(R"("sequence":"2")"));
    EXPECT_THAT(feed.body, HasSubstr(R"("sequence":"4")"));
    EXPECT_EQ(answer("/appointments/").status, 503);
}

TEST_F(Feed, OfAFrozenOrganizationIsClosedToATokenThatAFactBehindTheFreezeIsAbout) {
    node_.apply(history_.add_unknown_type());
    const auto other = samples::make_grant(2);
    node_.apply(history_.add(domain::TokenIssued{other}));
    EXPECT_EQ(answer("/events/").status, 200);
    node_.apply(history_.add(domain::TokenRevoked{token_}));
    const auto refused = answer("/events/");
    EXPECT_EQ(refused.status, 503);
    EXPECT_THAT(refused.body, HasSubstr("this version of the server cannot read"));
}

TEST_F(Feed, RefusesACursorAheadOfAnOldCopyOnlyAfterASync) {
    auto step = ask("/events/", "after=2", "any");
    ASSERT_TRUE(std::holds_alternative<AfterSync>(step.next));
    schedule(1, 1);
    const auto synced = std::get<AfterSync>(step.next).then(true);
    const auto found = std::get<Response>(std::get<InTurn>(synced.next).then().next);
    EXPECT_EQ(found.status, 200);
    EXPECT_EQ(found.body, "[]");

    step = ask("/events/", "after=3", "any");
    const auto ahead = std::get<AfterSync>(step.next).then(true);
    const auto refused = std::get<Response>(std::get<InTurn>(ahead.next).then().next);
    EXPECT_EQ(refused.status, 409);
    EXPECT_THAT(refused.body, HasSubstr("The cursor 3 is ahead of the head 2."));
}

TEST_F(Feed, IsNotOpenToATokenThatWasRevokedDuringTheSync) {
    const auto step = ask("/events/", "after=9", "any");
    node_.apply(history_.add(domain::TokenRevoked{token_}));
    const auto synced = std::get<AfterSync>(step.next).then(true);
    const auto refused = std::get<Response>(std::get<InTurn>(synced.next).then().next);
    EXPECT_EQ(refused.status, 401);
}

}  // namespace
}  // namespace consularia::api
