// The feed of events: what is read at once, who waits, and what is answered about a frozen
// organization.

#include "api/feed.hpp"

#include "tests/support/counting_store.hpp"
#include "tests/unit/api/feed_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace consularia::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Feed : public FeedFixture {
  protected:
    FeedPart read(ledger::Sequence after, const FeedBudget& budget, std::string type = "") {
        FeedQuery query;
        query.after = after;
        if (!type.empty()) query.types = {std::move(type)};
        return read_feed(
            node_.journal(), history_.organization(), query, history_.head().sequence, budget
        );
    }
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

TEST_F(Feed, WaitsForAnEventThatIsAppliedAndLooksAgain) {
    auto step = ask("/events/", "after=1&wait=60");
    const auto waiting = std::get<AfterAlarm>(step.next);
    EXPECT_EQ(waiting.until, clock_.steady() + std::chrono::seconds(60));
    bool rang = false;
    waiting.alarm->wait([&] {
        rang = true;
        EXPECT_EQ(projections::find_head(node_.reader(), history_.organization()).sequence, 2U);
    });
    schedule(1, 1);
    EXPECT_TRUE(rang);
    const auto turn = waiting.then(true);
    const auto found = std::get<Response>(std::get<InTurn>(turn.next).then().next);
    EXPECT_EQ(found.sequence, 2U);
    EXPECT_THAT(found.body, HasSubstr(R"("sequence":"2")"));
}

TEST_F(Feed, ReadsOnceWhatItsFilterPassesBeforeItWaits) {
    schedule(1, 300);
    test::CountingStore store(node_.journal_store());
    journal::Journal journal(store);
    journal.open({.identity = "log", .partitions = 1});
    service_.journal = &journal;
    store.snapshots = 0;
    EXPECT_EQ(answer("/events/", "types=none").sequence, 301U);
    const int once = store.snapshots;
    store.snapshots = 0;
    const auto step = ask("/events/", "types=none&wait=60");
    EXPECT_TRUE(std::holds_alternative<AfterAlarm>(step.next));
    EXPECT_EQ(store.snapshots, once);
}

TEST_F(Feed, MissesNoEventBetweenItsLookAndItsWait) {
    const auto step = ask("/events/", "after=1&wait=60");
    schedule(1, 1);
    bool rang = false;
    std::get<AfterAlarm>(step.next).alarm->wait([&] { rang = true; });
    EXPECT_TRUE(rang);
}

TEST_F(Feed, IsAnsweredWhenThereIsNoMoreWaiting) {
    const auto step = ask("/events/", "after=1&wait=60");
    const auto turn = std::get<AfterAlarm>(step.next).then(false);
    const auto found = std::get<Response>(std::get<InTurn>(turn.next).then().next);
    EXPECT_EQ(found.body, "[]");
    EXPECT_EQ(found.sequence, 1U);
}

TEST_F(Feed, LetsOnlySoManyWait) {
    auto first = ask("/events/", "after=1&wait=60");
    EXPECT_TRUE(std::holds_alternative<AfterAlarm>(first.next));
    EXPECT_EQ(answer("/events/", "after=1&wait=60").status, 503);
    EXPECT_EQ(listen().status, 503);
    EXPECT_EQ(followers_.count(), 1U);
    first = Response{};
    EXPECT_EQ(followers_.count(), 0U);
    EXPECT_EQ(listen().status, 200);
}

}  // namespace
}  // namespace consularia::api
