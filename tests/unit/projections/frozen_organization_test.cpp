// A fact that this binary cannot apply stops its organization on this node, and nothing else.
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

struct Frozen {
    domain::OrganizationId organization;
    ledger::Position position = 0;
    std::string why;
};

class FrozenOrganization : public testing::Test {
  protected:
    ProjectorOptions options() {
        ProjectorOptions options;
        options.on_frozen = [this](auto organization, auto position, auto why) {
            reports_.push_back({organization, position, std::string(why)});
        };
        return options;
    }

    /// The value is a fact that cannot be applied: nothing but the head changes.
    void expect_freezes(const History& history, const std::string& value) {
        const auto before = all_rows(node_.store);
        const auto judged = node_.apply(value);
        EXPECT_TRUE(judged.fact);
        EXPECT_TRUE(judged.frozen);
        EXPECT_EQ(judged.head.sequence, history.head().sequence);
        EXPECT_EQ(judged.head.hash, history.head().hash);
        EXPECT_EQ(test::document_in(judged), "");
        EXPECT_TRUE(is_frozen(node_.reader(), history.organization()));
        EXPECT_TRUE(node_.projector.read()->frozen(history.organization()));
        EXPECT_EQ(find_head(node_.reader(), history.organization()), judged.head);

        // Nothing of it is due any more.
        EXPECT_TRUE(node_.store.rows(Table::next_deadlines).empty());
        auto after = all_rows(node_.store);
        auto rest = before;
        for (auto* const rows : {&after, &rest}) {
            rows->erase("next_deadlines");
            rows->erase("deadline_starts");
        }
        EXPECT_THAT(differing_tables(after, rest), ElementsAre("meta", "heads", "frozen"));
        ASSERT_EQ(reports_.size(), 1U);
        EXPECT_EQ(reports_[0].organization, history.organization());
        EXPECT_EQ(reports_[0].position, judged.position);
        EXPECT_NE(reports_[0].why, "");
    }

    std::vector<Frozen> reports_;
    Node node_{options()};
    History history_;
};

TEST_F(FrozenOrganization, ByATypeOfTomorrow) {
    node_.apply({history_.create(), history_.schedule()});
    expect_freezes(history_, history_.add_unknown_type());
}

TEST_F(FrozenOrganization, IsReportedAgainAtEveryStart) {
    node_.apply({history_.create(), history_.schedule()});
    expect_freezes(history_, history_.add_unknown_type());
    const Projector restarted(
        node_.store, node_.journal(), {node_.links, samples::codec()}, options()
    );
    ASSERT_EQ(reports_.size(), 2U);
    EXPECT_EQ(reports_[1].organization, history_.organization());
    EXPECT_EQ(reports_[1].position, reports_[0].position);
    EXPECT_NE(reports_[1].why, "");
}

TEST_F(FrozenOrganization, ByDataThatNoEventOfOursHas) {
    node_.apply(history_.create());
    auto value = history_.schedule();
    const std::string minutes = R"("duration_minutes":30)";
    ASSERT_NE(value.find(minutes), std::string::npos) << value;
    value.replace(value.find(minutes), minutes.size(), R"("duration_minutes":3)");
    const auto judged = node_.apply(value);
    EXPECT_TRUE(judged.fact);
    EXPECT_TRUE(judged.frozen);
    EXPECT_EQ(reports_.size(), 1U);
    EXPECT_EQ(node_.count(Table::appointments), 0U);
}

TEST_F(FrozenOrganization, ByAnImpossibleTransition) {
    node_.apply({history_.create(), history_.schedule()});
    expect_freezes(history_, history_.add(appointment_id(), domain::AppointmentCompleted{}));
}

TEST_F(FrozenOrganization, ByAVersionThatDoesNotFollow) {
    node_.apply({history_.create(), history_.schedule()});
    expect_freezes(
        history_,
        history_.add(history_.next(ledger::AppointmentRecordEvent{
            appointment_id(), 3, domain::AppointmentStarted{}}))
    );
}

TEST_F(FrozenOrganization, ByAFirstFactThatIsNotItsCreation) {
    expect_freezes(history_, history_.schedule());
}

TEST_F(FrozenOrganization, ByAFirstFactAboutATokenOfNobody) {
    expect_freezes(history_, history_.add(domain::TokenIssued{make_grant(2)}));
}

TEST_F(FrozenOrganization, ByBeingCreatedTwice) {
    node_.apply(history_.create());
    expect_freezes(history_, history_.create());
}

TEST_F(FrozenOrganization, ByTheRevocationOfATokenThatItDoesNotHave) {
    node_.apply(history_.create());
    expect_freezes(history_, history_.add(domain::TokenRevoked{token_id(9)}));
}

TEST_F(FrozenOrganization, LaterFactsOnlyMoveItsHead) {
    node_.apply({history_.create(), history_.schedule(), history_.add_unknown_type()});
    const auto before = all_rows(node_.store);
    const auto judged = node_.apply(history_.add(appointment_id(), domain::AppointmentStarted{}));
    EXPECT_TRUE(judged.fact);
    EXPECT_TRUE(judged.frozen);
    EXPECT_EQ(judged.head.hash, history_.head().hash);
    EXPECT_EQ(reports_.size(), 1U) << "it freezes once";
    EXPECT_THAT(differing_tables(all_rows(node_.store), before), ElementsAre("meta", "heads"));
}

TEST_F(FrozenOrganization, EveryFactIsInTheJournalWhichSaysHowThisBinaryTakesIt) {
    std::vector<std::string> values{history_.create(), history_.schedule()};
    values.push_back(history_.add_skippable());
    values.push_back(history_.add_unknown_type());
    values.push_back(history_.schedule(2));
    values.push_back(history_.add_skippable());
    values.push_back(history_.add(appointment_id(2), domain::AppointmentCompleted{}));
    const std::string minutes = R"("duration_minutes":30)";
    values.push_back(history_.schedule(3));
    values.back().replace(values.back().find(minutes), minutes.size(), R"("duration_minutes":3)");
    node_.apply(values);
    ASSERT_TRUE(is_frozen(node_.reader(), history_.organization()));

    std::vector<std::string> read;
    std::vector<ledger::Reading> readings;
    for (const auto& fact : node_.journal().facts(history_.organization(), 1, 100)) {
        EXPECT_EQ(fact.sequence, read.size() + 1);
        read.push_back(fact.value);
        readings.push_back(fact.reading(samples::codec()));
    }
    EXPECT_EQ(read, values);
    using enum ledger::Reading;
    EXPECT_THAT(
        readings,
        ElementsAre(known, known, skippable, unreadable, known, skippable, known, unreadable)
    ) << "the last but one is impossible, but read";
}

TEST_F(FrozenOrganization, LaterRecordsOutOfItsChainAreVoidAllTheSame) {
    node_.apply({history_.create(), history_.add_unknown_type()});
    const auto late = node_.apply(History().create());
    EXPECT_FALSE(late.fact);
    EXPECT_TRUE(late.frozen);
}

TEST_F(FrozenOrganization, TheOthersGoOnInTheSameBatch) {
    History other(2);
    const auto judged = node_.apply(
        {history_.create(),
         other.create(),
         history_.add_unknown_type(),
         other.schedule(),
         history_.schedule(),
         other.add(appointment_id(), domain::AppointmentStarted{})}
    );
    EXPECT_EQ(domain::status_of(test::appointment_in(judged[5])), domain::Status::active);
    EXPECT_FALSE(judged[5].frozen);
    EXPECT_FALSE(is_frozen(node_.reader(), other.organization()));
    EXPECT_EQ(count_appointments(node_.reader(), other.organization(), {}), 1U);
    EXPECT_EQ(count_appointments(node_.reader(), history_.organization(), {}), 0U);
}

TEST_F(FrozenOrganization, IsFrozenAtTheSameRowsHoweverTheLogIsCutIntoBatches) {
    const std::vector values{
        history_.create(), history_.add_unknown_type(), history_.schedule(), history_.schedule(2)};
    Node at_once;
    at_once.apply(values);
    for (const auto& value : values) node_.apply(value);
    EXPECT_THAT(differing_tables(all_rows(node_.store), all_rows(at_once.store)), IsEmpty());
}

}  // namespace
}  // namespace consularia::projections
