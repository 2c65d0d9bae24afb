// What auditors ask the rows for: an appointment's events, tokens that are gone, and moments.
#include "projections/history.hpp"

#include "tests/support/domain_samples.hpp"
#include "tests/unit/projections/node.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace consularia::projections {
namespace {

using namespace samples;
using enum domain::Status;

/// The organization's creation, the sample appointment, another one, a start and a join.
class AppointmentHistory : public testing::Test {
  protected:
    AppointmentHistory() {
        node_.apply(history_.create());
        node_.apply(history_.schedule());
        node_.apply(history_.schedule(2));
        happen(domain::AppointmentStarted{});
        happen(domain::ParticipantJoined{participant_id(1), {}});
    }

    void happen(domain::AppointmentEvent event) {
        const auto judged = node_.apply(history_.add(appointment_id(), std::move(event)));
        EXPECT_TRUE(judged.fact && !judged.frozen);
    }

    domain::Version count(std::uint32_t appointment = 1) {
        return count_events(node_.past(), organization_, appointment_id(appointment));
    }

    std::vector<HistoryRow> events(domain::Version from, std::size_t limit) {
        return list_events(node_.reader(), organization_, appointment_id(), from, limit);
    }

    History history_;
    domain::OrganizationId organization_ = history_.organization();
    Node node_;
};

TEST_F(AppointmentHistory, HasEveryEventWithTheStatusThatItFound) {
    EXPECT_EQ(count(), 3U);
    EXPECT_EQ(
        events(1, 9), (std::vector<HistoryRow>{{2, std::nullopt}, {4, scheduled}, {5, active}})
    );
    EXPECT_EQ(events(2, 1), (std::vector<HistoryRow>{{4, scheduled}}));
    EXPECT_EQ(
        find_event(node_.reader(), organization_, appointment_id(), 3), (HistoryRow{5, active})
    );
    EXPECT_EQ(find_event(node_.reader(), organization_, appointment_id(), 4), std::nullopt);
}

TEST_F(AppointmentHistory, StaysWhenTheAppointmentIsDeleted) {
    happen(domain::AppointmentDeleted{});
    EXPECT_EQ(count(), 4U);
    EXPECT_EQ(events(4, 9), (std::vector<HistoryRow>{{6, active}}));
}

TEST_F(AppointmentHistory, IsEmptyForWhatNeverExisted) {
    EXPECT_EQ(count(3), 0U);
}

TEST_F(AppointmentHistory, KnowsTheLastChangeBeforeEachFact) {
    const auto change = [&](ledger::Sequence sequence) {
        return last_change(node_.reader(), organization_, appointment_id(), sequence);
    };
    EXPECT_EQ(change(1), 0U);
    EXPECT_EQ(change(2), 2U);
    EXPECT_EQ(change(3), 2U);
    EXPECT_EQ(change(5), 4U);  // A join changes nothing that is shown.
}

TEST_F(AppointmentHistory, FindsTheLastFactUntilAMoment) {
    // A record comes a minute after its predecessor, the first at 08:00.
    const auto until = [&](const char* moment) {
        return last_fact_until(node_.past(), organization_, 5, at(moment));
    };
    EXPECT_EQ(until("2030-01-01T07:59:59.999999Z"), 0U);
    EXPECT_EQ(until("2030-01-01T08:00:00Z"), 1U);
    EXPECT_EQ(until("2030-01-01T08:02:59Z"), 3U);
    EXPECT_EQ(until("2030-01-01T08:03:00Z"), 4U);
    EXPECT_EQ(until("2031-01-01T00:00:00Z"), 5U);
}

TEST_F(AppointmentHistory, ReadsFactsThatWereSkipped) {
    node_.apply(history_.add_skippable());
    const auto fact = read_fact(node_.past(), organization_, 6);
    EXPECT_EQ(fact.event, std::nullopt);
    EXPECT_EQ(fact.envelope.sequence, 6U);
    EXPECT_FALSE(fact.type.empty());
    EXPECT_EQ(last_fact_until(node_.past(), organization_, 6, domain::kLatest), 6U);
}

TEST_F(AppointmentHistory, KeepsTheNamesOfRevokedTokens) {
    node_.apply(history_.add(domain::TokenIssued{make_grant(2)}));
    node_.apply(history_.add(domain::TokenRevoked{token_id(2)}));
    const auto token = find_issued_token(node_.reader(), organization_, token_id(2));
    EXPECT_EQ(token, std::optional(make_grant(2)));
    EXPECT_TRUE(find_issued_token(node_.reader(), organization_, token_id(1)));
    EXPECT_EQ(find_issued_token(node_.reader(), organization_, token_id(3)), std::nullopt);
    EXPECT_EQ(find_issued_token(node_.reader(), organization_id(9), token_id(1)), std::nullopt);
}

}  // namespace
}  // namespace consularia::projections
