#include "projections/queries.hpp"

#include "ledger/log/storage_error.hpp"
#include "projections/keys.hpp"
#include "projections/ranked_list.hpp"
#include "projections/render_json.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/unit/projections/node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace consularia::projections {
namespace {

using namespace samples;
using testing::ElementsAre;
using testing::IsEmpty;

/// Four appointments of the same day, entered out of order.
class Queries : public testing::Test {
  protected:
    Queries() {
        node_.apply(history_.create());
        schedule(4, later(kStart, 60), {ann()});
        schedule(3, kStart, {bob()});
        schedule(1, later(kStart, 15), {ann(), bob()});
        schedule(2, kStart, {ann()});
    }

    void schedule(
        std::uint32_t number,
        domain::Timestamp start,
        std::vector<domain::NewParticipant> participants
    ) {
        auto event = scheduled_event();
        event.start = start;
        event.participants = std::move(participants);
        node_.apply(history_.add(appointment_id(number), event));
    }

    /// The numbers of the appointments on a page.
    std::vector<int> page(
        const AppointmentFilter& filter, std::uint64_t offset = 0, std::size_t limit = 100
    ) {
        std::vector<int> numbers;
        for (const auto& id :
             list_appointments(node_.reader(), organization_, filter, offset, limit)) {
            const auto json = listed_document(node_.reader(), organization_, id);
            EXPECT_EQ(nlohmann::json::parse(json).at("id").get<std::string>(), id.to_string());
            numbers.push_back(id.bytes[15]);
        }
        return numbers;
    }

    std::uint64_t count(const AppointmentFilter& filter) {
        return count_appointments(node_.reader(), organization_, filter);
    }

    History history_;
    domain::OrganizationId organization_ = history_.organization();
    Node node_;
};

AppointmentFilter of_participant(std::string unique_id) {
    return {{}, {}, std::move(unique_id)};
}

AppointmentFilter from(domain::Timestamp start) {
    return {start, {}, {}};
}

AppointmentFilter to(domain::Timestamp start) {
    return {{}, start, {}};
}

TEST_F(Queries, ListByStartThenById) {
    EXPECT_THAT(page({}), ElementsAre(2, 3, 1, 4));
    EXPECT_EQ(count({}), 4U);
}

TEST_F(Queries, ListDocumentsAsTheyAreRead) {
    const auto document = find_document(node_.reader(), organization_, appointment_id(2));
    EXPECT_EQ(
        listed_document(node_.reader(), organization_, appointment_id(2)), document.value().json
    );
    EXPECT_THROW(
        (void)listed_document(node_.reader(), organization_, appointment_id(77)),
        ledger::StorageError
    );
}

TEST_F(Queries, PagesBeginAtTheirOffsetAndEndAtTheirLimit) {
    EXPECT_THAT(page({}, 1, 2), ElementsAre(3, 1));
    EXPECT_THAT(page({}, 3, 2), ElementsAre(4));
    EXPECT_THAT(page({}, 4, 2), IsEmpty());
    EXPECT_THAT(page({}, ~0ULL, 2), IsEmpty());
    EXPECT_THAT(page({}, 0, 0), IsEmpty());
}

TEST_F(Queries, BoundsAreInclusiveToTheMicrosecond) {
    const auto second = later(kStart, 15);
    EXPECT_THAT(page(from(second)), ElementsAre(1, 4));
    EXPECT_THAT(page(from(second + std::chrono::microseconds(1))), ElementsAre(4));
    EXPECT_THAT(page(to(second)), ElementsAre(2, 3, 1));
    EXPECT_THAT(page(to(second - std::chrono::microseconds(1))), ElementsAre(2, 3));
    EXPECT_THAT(page({kStart, kStart, {}}), ElementsAre(2, 3));
    EXPECT_EQ(count({kStart, kStart, {}}), 2U);
    EXPECT_EQ(count(from(second)), 2U);
    EXPECT_EQ(count(to(second - std::chrono::microseconds(1))), 2U);
}

TEST_F(Queries, BoundsAtTheEndsOfTimeAreNoBounds) {
    EXPECT_EQ(count({domain::kEarliest, domain::kLatest, {}}), 4U);
    schedule(5, domain::kEarliest, {});
    schedule(6, domain::kLatest, {});
    EXPECT_THAT(page({domain::kEarliest, domain::kLatest, {}}), ElementsAre(5, 2, 3, 1, 4, 6));
}

TEST_F(Queries, BoundsInTheWrongOrderSelectNothing) {
    EXPECT_EQ(count({later(kStart, 15), kStart, {}}), 0U);
    EXPECT_THAT(page({later(kStart, 15), kStart, {}}), IsEmpty());
    EXPECT_THAT(page({later(kStart, 15), kStart, {}}, 1), IsEmpty());
}

TEST_F(Queries, PagesCountFromTheLowerBoundAndStopAtTheUpper) {
    const AppointmentFilter filter{later(kStart, 1), later(kStart, 60), {}};
    EXPECT_THAT(page(filter, 0, 1), ElementsAre(1));
    EXPECT_THAT(page(filter, 1, 5), ElementsAre(4));
    EXPECT_THAT(page(filter, 2, 5), IsEmpty());
    EXPECT_THAT(page(to(kStart), 2, 5), IsEmpty()) << "the list goes on, the selection does not";
}

TEST_F(Queries, AParticipantIsMatchedExactly) {
    EXPECT_THAT(page(of_participant("ann")), ElementsAre(2, 1, 4));
    EXPECT_THAT(page(of_participant("bob")), ElementsAre(3, 1));
    EXPECT_EQ(count(of_participant("bob")), 2U);
    for (const std::string nobody : {"an", "anna", "Ann", "", "ann "}) {
        EXPECT_EQ(count(of_participant(nobody)), 0U) << nobody;
        EXPECT_THAT(page(of_participant(nobody)), IsEmpty()) << nobody;
    }
}

TEST_F(Queries, AUniqueIdWithNulIsNobodys) {
    // Behind ann's NUL this start begins with these two bytes.
    schedule(5, domain::Timestamp(std::chrono::minutes(1)), {ann()});
    const std::string nobody("ann\0\x80", 5);
    EXPECT_TRUE(keys::place(domain::Timestamp(std::chrono::minutes(1)))
                    .starts_with(std::string("\x80\0", 2)));
    EXPECT_EQ(count(of_participant(nobody)), 0U);
    EXPECT_THAT(page(of_participant(nobody)), IsEmpty());
}

TEST_F(Queries, AllFiltersCombine) {
    AppointmentFilter filter{kStart, later(kStart, 15), "ann"};
    EXPECT_THAT(page(filter), ElementsAre(2, 1));
    EXPECT_THAT(page(filter, 1, 1), ElementsAre(1));
    EXPECT_EQ(count(filter), 2U);
}

TEST_F(Queries, AnOrganizationWhoseIdIsTheLargestHasListsToo) {
    domain::OrganizationId last;
    last.bytes.fill(0xff);
    EXPECT_EQ(count_appointments(node_.reader(), last, {}), 0U);
    EXPECT_THAT(list_appointments(node_.reader(), last, {}, 0, 10), IsEmpty());
    auto writes = node_.store.write_set();
    const auto copy = [&](Table table, const std::string& key, const std::string& as) {
        writes->put(table, as, node_.reader().get(table, key).value());
    };
    const auto place = keys::place(kStart, appointment_id(2));
    copy(
        Table::by_start, start_list(organization_).prefix + place, start_list(last).prefix + place
    );
    copy(
        Table::appointments,
        keys::appointment(organization_, appointment_id(2)),
        keys::appointment(last, appointment_id(2))
    );
    node_.store.commit(std::move(writes));
    EXPECT_EQ(count_appointments(node_.reader(), last, {}), 1U);
    EXPECT_EQ(list_appointments(node_.reader(), last, {}, 0, 10).size(), 1U);
}

TEST_F(Queries, AnIndexWithoutItsAppointmentIsDamage) {
    auto writes = node_.store.write_set();
    writes->erase(Table::appointments, keys::appointment(organization_, appointment_id(3)));
    node_.store.commit(std::move(writes));
    EXPECT_THROW((void)page({}), ledger::StorageError);
}

TEST_F(Queries, AsOfAFactThereIsTheStateRightAfterIt) {
    const auto id = appointment_id(9);
    const auto as_of = [&](ledger::Sequence sequence) {
        return find_appointment_as_of(node_.past(), organization_, id, sequence);
    };
    std::vector<ledger::Judged> judged;
    const auto happen = [&](domain::AppointmentEvent event) {
        judged.push_back(node_.apply(history_.add(id, std::move(event))));
    };
    happen(scheduled_event());
    schedule(10, kStart, {});
    happen(domain::ParticipantsRemoved{{bob()}});
    happen(domain::AppointmentStarted{});
    happen(domain::AppointmentDeleted{});
    happen(scheduled_event());
    for (const auto& fact : judged) {
        EXPECT_EQ(as_of(fact.head.sequence), shown(test::appointment_in(fact)))
            << fact.head.sequence;
    }
    EXPECT_EQ(as_of(judged[0].head.sequence - 1), domain::Appointment{});
    EXPECT_EQ(as_of(judged[0].head.sequence + 1), shown(test::appointment_in(judged[0])))
        << "of another one";
    EXPECT_EQ(as_of(~0ULL), shown(test::appointment_in(judged.back())));
    EXPECT_EQ(
        find_appointment_as_of(node_.past(), organization_id(2), id, ~0ULL), domain::Appointment{}
    );
}

}  // namespace
}  // namespace consularia::projections
