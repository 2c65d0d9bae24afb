// A fact that this binary may skip moves its organization's head and changes nothing else.
#include "tests/support/domain_samples.hpp"
#include "tests/unit/projections/node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace consularia::projections {
namespace {

using namespace samples;
using testing::ElementsAre;
using testing::IsEmpty;

class SkippedFacts : public testing::Test {
  protected:
    ProjectorOptions options() {
        ProjectorOptions options;
        options.on_frozen = [this](auto, auto position, auto) { frozen_.push_back(position); };
        options.on_bad_time = [this](auto, auto position, auto) { bad_.push_back(position); };
        return options;
    }

    std::vector<ledger::Position> frozen_;
    std::vector<ledger::Position> bad_;
    Node node_{options()};
    History history_;
};

TEST_F(SkippedFacts, MoveTheHeadAndNothingElse) {
    node_.apply({history_.create(), history_.schedule()});
    const auto before = all_rows(node_.store);
    const auto judged = node_.apply(history_.add_skippable());
    EXPECT_TRUE(judged.fact);
    EXPECT_FALSE(judged.frozen);
    EXPECT_EQ(judged.head, history_.head());
    EXPECT_EQ(test::document_in(judged), "");
    EXPECT_FALSE(is_frozen(node_.reader(), history_.organization()));
    EXPECT_EQ(find_head(node_.reader(), history_.organization()), history_.head());
    EXPECT_EQ(read_newest(node_.reader(), 0), history_.head().time);
    EXPECT_THAT(differing_tables(all_rows(node_.store), before), ElementsAre("meta", "heads"));
    EXPECT_THAT(frozen_, IsEmpty());
}

TEST_F(SkippedFacts, AreFollowedByOthers) {
    node_.apply({history_.create(), history_.schedule(), history_.add_skippable()});
    const auto judged = node_.apply(history_.add(appointment_id(), domain::AppointmentStarted{}));
    EXPECT_FALSE(judged.frozen);
    EXPECT_EQ(domain::status_of(test::appointment_in(judged)), domain::Status::active);
    EXPECT_EQ(judged.head.sequence, 4U);
}

TEST_F(SkippedFacts, MayComeBeforeTheirOrganization) {
    node_.apply({history_.add_skippable(), history_.create()});
    EXPECT_THAT(frozen_, IsEmpty());
    EXPECT_EQ(count_organizations(node_.reader()), 1U);
}

TEST_F(SkippedFacts, DoNotThaw) {
    node_.apply({history_.create(), history_.add_unknown_type(), history_.add_skippable()});
    EXPECT_THAT(frozen_, ElementsAre(1));
    EXPECT_TRUE(is_frozen(node_.reader(), history_.organization()));
    EXPECT_EQ(find_head(node_.reader(), history_.organization()).sequence, 3U);
}

TEST_F(SkippedFacts, HaveKeysThatAreRemembered) {
    node_.apply(history_.create());
    node_.apply(history_.add_skippable(with_key(history_.next_skippable(), "hook", 7)));
    const auto found = find_remembered(node_.reader(), history_.organization(), "hook");
    ASSERT_TRUE(found);
    ledger::Hash request;
    request.fill(7);
    EXPECT_EQ(found->request_hash, request);
    EXPECT_EQ(found->sequence, 2U);
    EXPECT_EQ(found->time, history_.head().time);
    EXPECT_FALSE(find_record(node_.past(), history_.organization(), 2));
}

TEST_F(SkippedFacts, CountAsOfTheNextMomentIfTheirTimeDoesNotFollow) {
    node_.apply(history_.create());
    const auto time = history_.head().time;
    history_.set_now(time);
    const auto judged = node_.apply(history_.add_skippable());
    EXPECT_EQ(judged.head.time, time + std::chrono::microseconds(1));
    EXPECT_THAT(bad_, ElementsAre(1));
}

TEST_F(SkippedFacts, LeadToTheSameRowsLiveInOneBatchAndFromTheJournal) {
    std::vector<std::string> values{history_.create(), history_.add_skippable()};
    values.push_back(history_.schedule());
    values.push_back(history_.add_skippable(with_key(history_.next_skippable(), "hook")));
    history_.set_now(history_.head().time);
    values.push_back(history_.add_skippable());
    values.push_back(history_.schedule(2));
    for (const auto& value : values) node_.apply(value);
    Node at_once;
    at_once.apply(values);
    EXPECT_THAT(differing_tables(all_rows(node_.store), all_rows(at_once.store)), IsEmpty());

    test::MemoryReadStore store;
    Projector replayed(store, node_.journal(), {node_.links, samples::codec()}, options());
    while (replayed.next_position(0) < values.size()) ASSERT_TRUE(replayed.catch_up(0));
    EXPECT_THAT(differing_tables(all_rows(node_.store), all_rows(store)), IsEmpty());
}

TEST(OlderBinary, SkipsWebhooksAndGoesOn) {
    std::vector<std::string> unknown;
    for (const auto& type : ledger::WebhookKind::event_types()) unknown.emplace_back(type.name);
    const auto codec = codec_without(unknown);
    Node older({ledger::kIdempotencyTtl, {}, {}, {}}, codec);
    History history;
    const std::vector<std::string> values{
        history.create(),
        history.add(domain::WebhookRegistered{webhook_id(), webhook_settings()}),
        history.add(domain::WebhookReplayed{webhook_id(), 0}),
        history.schedule()};
    for (const auto& judged : older.apply(values)) EXPECT_TRUE(judged.fact && !judged.frozen);
    EXPECT_EQ(older.count(Table::webhooks), 0U);
    EXPECT_EQ(find_head(older.reader(), history.organization()), history.head());
    Node newer;
    newer.apply(values);
    EXPECT_EQ(newer.count(Table::webhooks), 1U);
}

}  // namespace
}  // namespace consularia::projections
