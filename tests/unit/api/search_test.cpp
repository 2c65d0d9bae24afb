// A search of events costs no more than its budget, whatever is selected.
#include "api/history/search.hpp"

#include "tests/support/domain_samples.hpp"
#include "tests/unit/api/feed_fixture.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace consularia::api {
namespace {

using namespace samples;

class Search : public FeedFixture {
  protected:
    FoundEvents search(const AuditQuery& query, const SearchBudget& budget = {}) {
        Call call{
            .service = service_,
            .request = request_,
            .trace = trace_,
            .path_values = {},
            .caller = Member{history_.organization(), token_, {}, {}, {}},
            .scope = {},
            .snapshot = node_.store.snapshot(),
            .sequence = {},
            .as_of = {},
            .wants_page = false,
            .body = empty_object(),
            .idempotency = {}};
        PastEvents events(call);
        return search_events(
            events, history_.organization(), history_.head().sequence, query, budget
        );
    }
};

AuditQuery of_type(std::string type) {
    AuditQuery query;
    query.types = {std::move(type)};
    return query;
}

TEST_F(Search, EndsAtItsPageAndSaysWhereToGoOn) {
    schedule(1, 5);
    AuditQuery query;
    query.size = 2;
    auto found = search(query);
    EXPECT_EQ(found.rows.size(), 2U);
    EXPECT_EQ(found.next, 2U);
    EXPECT_EQ(found.count, 6U);
    query.cursor = 5;
    found = search(query);
    EXPECT_EQ(found.rows.size(), 1U);
    EXPECT_EQ(found.next, std::nullopt);
}

TEST_F(Search, ReadsNoMoreFactsThanItsBudget) {
    schedule(1, 20);
    auto query = of_type("none");
    auto found = search(query, {.facts = 8});
    EXPECT_TRUE(found.rows.empty());
    EXPECT_EQ(found.next, 8U);
    EXPECT_EQ(found.count, std::nullopt);
    query.newest_first = true;
    EXPECT_EQ(search(query, {.facts = 8}).next, 14U);
    query.cursor = 14;
    EXPECT_EQ(search(query, {.facts = 8}).next, 6U);
    query.cursor = 6;
    EXPECT_EQ(search(query, {.facts = 8}).next, std::nullopt);
}

TEST_F(Search, ReadsNoMoreBytesThanItsBudgetAndOneFact) {
    schedule(1, 5);
    EXPECT_EQ(search(of_type("none"), {.read_bytes = 1}).next, 1U);
    EXPECT_EQ(search({}, {.bytes = 1}).rows.size(), 1U);
}

TEST_F(Search, CountsTheFoldsOfPastStates) {
    schedule(1, 3);
    for (std::uint32_t number = 1; number <= 3; ++number) {
        node_.apply(history_.add(appointment_id(number), domain::AppointmentDeleted{}));
    }
    AuditQuery query;
    query.from = Moment(ledger::Sequence{5});
    EXPECT_EQ(search(query, {.facts = PastEvents::kFactsOfFold}).rows.size(), 1U);
    EXPECT_EQ(search(query).rows.size(), 3U);
}

TEST_F(Search, OfOneAppointmentReadsOnlyItsEvents) {
    schedule(1, 9);
    node_.apply(history_.add(appointment_id(2), domain::AppointmentStarted{}));
    AuditQuery query;
    query.appointment = appointment_id(2);
    EXPECT_EQ(search(query, {.facts = 2}).next, std::nullopt);
    EXPECT_EQ(search(query).count, 2U);
    query.from = Moment(ledger::Sequence{4});
    EXPECT_EQ(search(query).count, 1U);
    query.appointment = appointment_id(99);
    EXPECT_EQ(search(query).count, 0U);
}

}  // namespace
}  // namespace consularia::api
