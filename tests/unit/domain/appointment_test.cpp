#include "domain/appointment/appointment.hpp"

#include "domain/appointment/commands.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/unit/domain/given_when.hpp"

#include <gtest/gtest.h>

namespace consularia::domain {
namespace {

using namespace samples;

TEST(Names, OfStatusesRolesAndFeaturesAreThoseOfTheApi) {
    EXPECT_EQ(to_string(Status::scheduled), "scheduled");
    EXPECT_EQ(to_string(Status::active), "active");
    EXPECT_EQ(to_string(Status::completed), "completed");
    EXPECT_EQ(to_string(Status::missed), "missed");
    EXPECT_EQ(to_string(Role::moderator), "moderator");
    EXPECT_EQ(to_string(Role::participant), "participant");
    EXPECT_EQ(to_string(Feature::breakout_rooms), "breakout_rooms_enabled");
    EXPECT_EQ(to_string(Feature::whiteboard), "whiteboard_enabled");
    EXPECT_EQ(to_string(Feature::chat), "chat_enabled");
    EXPECT_EQ(to_string(Feature::join_screen), "join_screen_enabled");
    EXPECT_EQ(to_string(Feature::screenshare), "screenshare_enabled");
    EXPECT_EQ(to_string(Feature::raise_hand), "raise_hand_enabled");
}

TEST(Names, AreReadBackAndNothingElseIs) {
    for (const auto feature : kAllOf<Feature>) {
        EXPECT_EQ(parse_name<Feature>(to_string(feature)), feature);
    }
    for (const auto role : kAllOf<Role>) EXPECT_EQ(parse_name<Role>(to_string(role)), role);
    for (const char* const text :
         {"", "Moderator", "moderator ", "boss", "chat", "chat_enabled_"}) {
        EXPECT_EQ(parse_name<Role>(text), std::nullopt) << text;
        EXPECT_EQ(parse_name<Feature>(text), std::nullopt) << text;
    }
}

TEST(Duration, IsOf15To720Minutes) {
    EXPECT_EQ(Duration::from_minutes(15)->minutes(), 15);
    EXPECT_EQ(Duration::from_minutes(720)->minutes(), 720);
    EXPECT_EQ(Duration::from_minutes(14), std::nullopt);
    EXPECT_EQ(Duration::from_minutes(721), std::nullopt);
    EXPECT_EQ(Duration::from_minutes(1LL << 40), std::nullopt);
    EXPECT_EQ(Duration::from_minutes(-1), std::nullopt);
    EXPECT_EQ(Duration::accept_minutes(15)->minutes(), 15);
    EXPECT_EQ(Duration::accept_minutes(720)->minutes(), 720);
    EXPECT_EQ(Duration::accept_minutes(14), std::nullopt);
    EXPECT_EQ(Duration::accept_minutes(721), std::nullopt);
}

TEST(Config, KeepsTheOrderAndTheLastValueOfEachFeature) {
    const auto config = make_config(
        {{Feature::whiteboard, true}, {Feature::chat, true}, {Feature::whiteboard, false}}
    );
    const std::vector<std::pair<Feature, bool>> expected{
        {Feature::whiteboard, false}, {Feature::chat, true}};
    EXPECT_EQ(config.entries(), expected);
}

TEST(Config, IsEqualInAnyOrderButNotWithOtherValues) {
    const auto config = make_config({{Feature::chat, true}, {Feature::whiteboard, false}});
    EXPECT_EQ(config, make_config({{Feature::whiteboard, false}, {Feature::chat, true}}));
    EXPECT_NE(config, make_config({{Feature::whiteboard, true}, {Feature::chat, true}}));
    EXPECT_NE(config, make_config({{Feature::chat, true}}));
}

TEST(Appointment, KnowsItsStatusVersionAndDetails) {
    Details details = scheduled().details();
    details.version = 7;
    for (const auto status :
         {Status::scheduled, Status::active, Status::completed, Status::missed}) {
        const Appointment appointment = with_status(status, details);
        EXPECT_EQ(status_of(appointment), status);
        EXPECT_EQ(version_of(appointment), 7U);
        ASSERT_NE(details_of(appointment), nullptr);
        EXPECT_EQ(*details_of(appointment), details);
    }
    EXPECT_EQ(details_of(Absent{}), nullptr);
    EXPECT_EQ(version_of(Absent{}), 0U);
}

TEST(AppointmentDeathTest, AbsentHasNoStatus) {
    EXPECT_DEATH(static_cast<void>(status_of(Absent{})), "CHECK failed");
}

TEST(Appointment, EndsAfterItsDuration) {
    EXPECT_EQ(scheduled().details().end(), kEnd);
}

TEST(Appointment, FindsParticipantsById) {
    const auto details = scheduled().details();
    const Participant* const found = find_participant(details, bob().id);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->unique_id, bob().unique_id);
    EXPECT_EQ(find_participant(details, participant_id(3)), nullptr);
}

TEST(Duplicates, AreInTheAppointmentOrEarlierInTheList) {
    const auto present = *scheduled().details().participants;
    const auto id = make_unique_id("new");
    const std::vector<bool> expected{false, true, true, false, false};
    EXPECT_EQ(
        find_duplicates(present, {id, ann().unique_id, id, std::nullopt, make_unique_id("Ann")}),
        expected
    );
}

TEST(Duplicates, AreNeverEntriesThatCouldNotBeRead) {
    const std::vector<bool> expected{false, false};
    EXPECT_EQ(find_duplicates({}, {std::nullopt, std::nullopt}), expected);
    EXPECT_EQ(find_duplicates({}, {}), std::vector<bool>{});
}

TEST(Duplicates, OfOnePresentAreAllMarked) {
    const auto id = ann().unique_id;
    const std::vector<bool> expected{true, true};
    EXPECT_EQ(find_duplicates(*scheduled().details().participants, {id, id}), expected);
}

TEST(Command, KnowsItsAppointment) {
    EXPECT_EQ(target_of(EndAppointment{appointment_id(9)}), appointment_id(9));
    EXPECT_EQ(target_of(schedule_command()), appointment_id());
}

}  // namespace
}  // namespace consularia::domain
