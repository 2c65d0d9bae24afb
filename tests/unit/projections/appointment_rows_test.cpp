// What each event of an appointment does to the rows.
#include "projections/keys.hpp"
#include "projections/list_classes.hpp"
#include "projections/ranked_list.hpp"
#include "projections/render_json.hpp"
#include "projections/touched_appointments.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/unit/projections/node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace consularia::projections {
namespace {

using namespace samples;
using domain::Change;
using Keys = std::vector<std::string>;

/// An organization with the sample appointment, Ann and Bob in it.
class AppointmentRows : public testing::Test {
  protected:
    AppointmentRows() { node_.apply({history_.create(), history_.schedule()}); }

    ledger::Judged happen(domain::AppointmentEvent event) {
        return node_.apply(history_.add(appointment_id(), std::move(event)));
    }

    Keys keys_of(Table table) const {
        Keys all;
        for (const auto& [key, value] : node_.store.rows(table)) all.push_back(key);
        return all;
    }

    domain::Appointment appointment() {
        return find_appointment(node_.reader(), organization_, appointment_id());
    }

    std::string document() {
        return find_document(node_.reader(), organization_, appointment_id()).value().json;
    }

    std::string start_key(domain::Timestamp start) const {
        return start_list(organization_).prefix + keys::place(start, appointment_id());
    }

    std::string participant_key(const std::string& unique_id, domain::Timestamp start) const {
        return participant_list(organization_, unique_id).prefix +
               keys::place(start, appointment_id());
    }

    std::string deadline_key(domain::Timestamp end) const {
        return keys::organization(organization_) + keys::place(end, appointment_id());
    }

    History history_;
    domain::OrganizationId organization_ = history_.organization();
    Node node_;
};

TEST_F(AppointmentRows, ScheduledMakesItsRowsAndNoOthers) {
    EXPECT_EQ(
        row_counts(node_.store),
        (std::map<std::string, std::size_t>{
            {"heads", 1},
            {"organizations", 1},
            {"organizations_by_creation", 1},
            {"tokens", 1},
            {"issued_tokens", 1},
            {"appointments", 1},
            {"states", 1},
            {"activity", 1},
            {"by_start", 1},
            {"by_participant", 2},
            {"by_change", 1},
            {"deadlines", 1},
            {"next_deadlines", 1},
            {"deadline_starts", 2},
            {"changes", 1},
            {"history", 1}})
    );
    EXPECT_EQ(keys_of(Table::by_start), Keys{start_key(kStart)});
    EXPECT_EQ(
        keys_of(Table::by_participant),
        (Keys{participant_key("ann", kStart), participant_key("bob", kStart)})
    );
    EXPECT_EQ(keys_of(Table::deadlines), Keys{deadline_key(kEnd)});
}

TEST_F(AppointmentRows, TheDocumentIsTheRenderedStateWithItsVersion) {
    const auto found = find_document(node_.reader(), organization_, appointment_id());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->version, 1U);
    EXPECT_EQ(found->json, render_appointment(organization_, appointment(), node_.links));
}

TEST_F(AppointmentRows, TheVerdictCarriesTheStateAndTheDocumentRightAfterTheFact) {
    const auto judged = happen(domain::AppointmentStarted{});
    EXPECT_TRUE(judged.fact);
    EXPECT_EQ(judged.position, 2U);
    EXPECT_EQ(judged.head, history_.head());
    EXPECT_EQ(judged.hash, history_.head().hash);
    EXPECT_EQ(test::appointment_in(judged), appointment());
    EXPECT_EQ(test::document_in(judged), document());
    EXPECT_EQ(domain::status_of(test::appointment_in(judged)), domain::Status::active);
}

TEST_F(AppointmentRows, InABatchEachVerdictHasItsOwnState) {
    const auto judged = node_.apply(
        {history_.add(appointment_id(), domain::AppointmentStarted{}),
         history_.add(appointment_id(), domain::AppointmentCompleted{}),
         history_.add(appointment_id(), domain::AppointmentDeleted{})}
    );
    EXPECT_EQ(domain::status_of(test::appointment_in(judged[0])), domain::Status::active);
    EXPECT_NE(test::document_in(judged[0]).find(R"("status":"active")"), std::string::npos);
    EXPECT_EQ(domain::status_of(test::appointment_in(judged[1])), domain::Status::completed);
    EXPECT_NE(test::document_in(judged[1]).find(R"("status":"completed")"), std::string::npos);
    EXPECT_EQ(test::appointment_in(judged[2]), domain::Appointment{domain::Absent{}});
    EXPECT_EQ(test::document_in(judged[2]), "");
}

TEST_F(AppointmentRows, MovingTheStartMovesEveryIndex) {
    const auto moved = later(kStart, 45);
    happen(domain::AppointmentUpdated{{}, Change<domain::Timestamp>{kStart, moved}, {}, {}, {}});
    EXPECT_EQ(keys_of(Table::by_start), Keys{start_key(moved)});
    EXPECT_EQ(
        keys_of(Table::by_participant),
        (Keys{participant_key("ann", moved), participant_key("bob", moved)})
    );
    EXPECT_EQ(keys_of(Table::deadlines), Keys{deadline_key(later(moved, 30))});
}

TEST_F(AppointmentRows, AnotherDurationMovesTheDeadlineAlone) {
    happen(domain::AppointmentUpdated{
        {}, {}, Change<domain::Duration>{minutes(30), minutes(60)}, {}, {}});
    EXPECT_EQ(keys_of(Table::by_start), Keys{start_key(kStart)});
    EXPECT_EQ(keys_of(Table::deadlines), Keys{deadline_key(later(kStart, 60))});
}

TEST_F(AppointmentRows, AnotherTitleChangesTheDocumentAndTheListOfChangesAlone) {
    const auto before = all_rows(node_.store);
    happen(domain::AppointmentUpdated{
        Change<domain::Title>{make_title("Consultation"), make_title("Visa")}, {}, {}, {}, {}});
    EXPECT_THAT(
        differing_tables(all_rows(node_.store), before),
        testing::ElementsAre(
            "meta", "heads", "appointments", "states", "activity", "by_change", "changes", "history"
        )
    );
    EXPECT_NE(document().find(R"("title":"Visa")"), std::string::npos);
}

TEST_F(AppointmentRows, StartedStillAwaitsItsEndAndCompletedDoesNot) {
    happen(domain::AppointmentStarted{});
    EXPECT_EQ(keys_of(Table::deadlines), Keys{deadline_key(kEnd)});
    happen(domain::AppointmentCompleted{});
    EXPECT_EQ(keys_of(Table::deadlines), Keys{});
    EXPECT_EQ(keys_of(Table::by_start), Keys{start_key(kStart)});
}

TEST_F(AppointmentRows, StartedAfterItsEndAwaitsNothing) {
    history_.set_now(kAfter);
    happen(domain::AppointmentStarted{});
    EXPECT_EQ(keys_of(Table::deadlines), Keys{});
}

TEST_F(AppointmentRows, MissedAwaitsNothingUntilItIsScheduledAgain) {
    history_.set_now(kEnd);
    happen(domain::AppointmentMissed{});
    EXPECT_EQ(keys_of(Table::deadlines), Keys{});
    const auto moved = later(kStart, 600);
    happen(domain::AppointmentUpdated{
        {},
        Change<domain::Timestamp>{kStart, moved},
        {},
        {},
        Change<domain::Status>{domain::Status::missed, domain::Status::scheduled}});
    EXPECT_EQ(keys_of(Table::deadlines), Keys{deadline_key(later(moved, 30))});
}

TEST_F(AppointmentRows, AddedParticipantsAreFoundAndTheOthersStay) {
    happen(domain::ParticipantsAdded{{guest(9)}});
    EXPECT_EQ(
        keys_of(Table::by_participant),
        (Keys{
            participant_key("ann", kStart),
            participant_key("bob", kStart),
            participant_key("user-9", kStart)})
    );
    EXPECT_NE(document().find("join/9"), std::string::npos);
}

TEST_F(AppointmentRows, AUniqueIdThatLeftMayJoinAgain) {
    happen(domain::ParticipantsRemoved{{bob()}});
    EXPECT_EQ(keys_of(Table::by_participant), Keys{participant_key("ann", kStart)});
    EXPECT_EQ(document().find("bob"), std::string::npos);
    auto again = bob();
    again.id = participant_id(3);
    happen(domain::ParticipantsAdded{{again}});
    EXPECT_EQ(
        keys_of(Table::by_participant),
        (Keys{participant_key("ann", kStart), participant_key("bob", kStart)})
    );
}

TEST_F(AppointmentRows, ParticipantsWithOneUniqueIdAreFoundOnceUntilTheLastLeaves) {
    std::vector<domain::NewParticipant> twins{guest(5), guest(6)};
    twins[1].unique_id = twins[0].unique_id;
    AppointmentFilter filter;
    filter.participant_unique_id = twins[0].unique_id.value();
    const auto found = [&] { return count_appointments(node_.reader(), organization_, filter); };
    const auto before = node_.store.rows(Table::by_participant);
    happen(domain::ParticipantsAdded{twins});
    EXPECT_EQ(found(), 1U);
    happen(domain::AppointmentUpdated{{}, Change<domain::Timestamp>{kStart, kAfter}, {}, {}, {}});
    EXPECT_EQ(found(), 1U);
    happen(domain::AppointmentUpdated{{}, Change<domain::Timestamp>{kAfter, kStart}, {}, {}, {}});
    EXPECT_EQ(found(), 1U);
    happen(domain::ParticipantsRemoved{{twins[1]}});
    EXPECT_EQ(found(), 1U);
    happen(domain::ParticipantsRemoved{{twins[0]}});
    EXPECT_EQ(found(), 0U);
    happen(domain::ParticipantsAdded{twins});
    happen(domain::ParticipantsRemoved{twins});
    EXPECT_EQ(found(), 0U);
    EXPECT_EQ(node_.store.rows(Table::by_participant), before);
}

TEST_F(AppointmentRows, LeavingAndJoiningWithinOneBatchIsTheSame) {
    auto again = bob();
    again.id = participant_id(3);
    node_.apply(
        {history_.add(appointment_id(), domain::ParticipantsRemoved{{bob()}}),
         history_.add(appointment_id(), domain::ParticipantsAdded{{again}})}
    );
    EXPECT_EQ(node_.count(Table::by_participant), 2U);
}

TEST_F(AppointmentRows, AnUpdatedParticipantChangesTheDocument) {
    const auto before = node_.store.rows(Table::by_participant);
    happen(domain::ParticipantUpdated{
        participant_id(2),
        Change<std::optional<domain::DisplayName>>{std::nullopt, make_display_name("Bob")},
        Change<domain::Role>{domain::Role::participant, domain::Role::moderator}});
    EXPECT_NE(document().find(R"("display_name":"Bob","role":"moderator")"), std::string::npos);
    EXPECT_EQ(node_.store.rows(Table::by_participant), before);
}

TEST_F(AppointmentRows, DeletedLeavesNothingButItsHistory) {
    happen(domain::AppointmentDeleted{});
    EXPECT_EQ(
        row_counts(node_.store),
        (std::map<std::string, std::size_t>{
            {"heads", 1},
            {"organizations", 1},
            {"organizations_by_creation", 1},
            {"tokens", 1},
            {"issued_tokens", 1},
            {"activity", 1},
            {"by_change", 1},
            {"changes", 2},
            {"history", 2}})
    );
    EXPECT_EQ(appointment(), domain::Appointment{domain::Absent{}});
    EXPECT_EQ(find_document(node_.reader(), organization_, appointment_id()), std::nullopt);
}

TEST_F(AppointmentRows, AJoinHasAnEntryOfItsOwnUntilTheNextChange) {
    using domain::Status;
    const auto entries = [&] {
        std::map<ledger::Sequence, KeyClass> found;
        for (const auto& [key, value] : node_.store.rows(Table::by_change)) {
            const auto place = key.substr(change_list(organization_).prefix.size());
            found[keys::number_in(std::string_view(place).substr(0, 8))] =
                value.empty() ? KeyClass{0} : static_cast<KeyClass>(value.at(0));
        }
        return found;
    };
    using Entries = std::map<ledger::Sequence, KeyClass>;
    EXPECT_EQ(entries(), (Entries{{2, current_class(Status::scheduled)}}));
    happen(domain::AppointmentStarted{});
    EXPECT_EQ(entries(), (Entries{{3, current_class(Status::active)}}));
    happen(domain::ParticipantJoined{participant_id(1), std::nullopt});
    Entries joined{{3, outrun_class(Status::active)}, {4, joined_class(Status::active)}};
    EXPECT_EQ(entries(), joined);
    happen(domain::ParticipantJoined{participant_id(2), std::nullopt});
    joined = {{3, outrun_class(Status::active)}, {5, joined_class(Status::active)}};
    EXPECT_EQ(entries(), joined);
    happen(domain::AppointmentCompleted{});
    EXPECT_EQ(entries(), (Entries{{6, current_class(Status::completed)}}));
    happen(domain::AppointmentDeleted{});
    EXPECT_EQ(entries(), (Entries{{7, kDeletedClass}}));
}

TEST_F(AppointmentRows, AnotherOrganizationDoesNotSeeIt) {
    const auto other = organization_id(2);
    EXPECT_EQ(
        find_appointment(node_.reader(), other, appointment_id()),
        domain::Appointment{domain::Absent{}}
    );
    EXPECT_EQ(find_document(node_.reader(), other, appointment_id()), std::nullopt);
    EXPECT_EQ(count_appointments(node_.reader(), other, {}), 0U);
}

TEST_F(AppointmentRows, AThousandParticipantsMoveTogether) {
    auto event = scheduled_event();
    event.participants = guests(1, 1000);
    node_.apply(history_.add(appointment_id(2), event));
    const auto moved = later(kStart, 15);
    const domain::AppointmentUpdated move{{}, Change<domain::Timestamp>{kStart, moved}, {}, {}, {}};
    node_.apply(history_.add(appointment_id(2), move));
    EXPECT_EQ(node_.count(Table::by_participant), 1002U);
    AppointmentFilter filter;
    filter.participant_unique_id = "user-1000";
    filter.start_from = moved;
    EXPECT_EQ(count_appointments(node_.reader(), organization_, filter), 1U);
}

}  // namespace
}  // namespace consularia::projections
