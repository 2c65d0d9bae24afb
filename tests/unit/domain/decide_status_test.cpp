// Scheduling, starting, completing, ending and deleting.
#include "domain/appointment/decide.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/unit/domain/given_when.hpp"

#include <gtest/gtest.h>

namespace consularia::domain {
namespace {

using namespace samples;

const auto kId = appointment_id();
const StartAppointment kStartIt{kId, std::nullopt};
const CompleteAppointment kCompleteIt{kId, std::nullopt};
const DeleteAppointment kDeleteIt{kId, std::nullopt};
const EndAppointment kEndIt{kId};

TEST(Schedule, HappensWithEverythingThatWasAsked) {
    EXPECT_EQ(absent().when(schedule_command()), happens({scheduled_event()}));
}

TEST(Schedule, MayLieInThePast) {
    EXPECT_EQ(absent().at(kAfter).when(schedule_command()), happens({scheduled_event()}));
}

TEST(Schedule, IsRefusedWhereAnAppointmentIs) {
    for (const auto& story : every_existing()) {
        EXPECT_EQ(story.when(schedule_command()), refused(Conflict::already_exists));
    }
}

TEST(Schedule, NamesDuplicatesInItsList) {
    auto command = schedule_command();
    command.participants = {guest(1), guest(2), guest(3), guest(4)};
    command.participants[1].unique_id = command.participants[0].unique_id;
    command.participants[3].unique_id = command.participants[0].unique_id;
    const auto duplicate = ItemError::duplicate_unique_id;
    const BadItems bad{{std::nullopt, duplicate, std::nullopt, duplicate}};
    EXPECT_EQ(absent().when(command), refused(bad));
    EXPECT_EQ(scheduled().when(command), refused(bad)) << "items come before the state";
}

TEST(Schedule, TakesAThousandParticipantsAndNoMore) {
    auto command = schedule_command();
    command.participants = guests(1, limits::kParticipants.accepted);
    EXPECT_EQ(std::get<Events>(absent().when(command)).size(), 1U);
    command.participants.push_back(guest(5000));
    EXPECT_EQ(absent().when(command), refused(TooManyParticipants{}));
    command.participants.back().unique_id = command.participants.front().unique_id;
    BadItems bad;
    bad.items.resize(limits::kParticipants.accepted);
    bad.items.emplace_back(ItemError::duplicate_unique_id);
    EXPECT_EQ(absent().when(command), refused(bad)) << "items come before the limit";
}

TEST(Absent, KnowsNoCommandButScheduleAndEnd) {
    const AppointmentCommand commands[] = {
        kStartIt,
        kCompleteIt,
        kDeleteIt,
        UpdateAppointment{kId, {}, {}, {}, {}, {}},
        AddParticipants{kId, {}, {ann(), ann()}},
        RemoveParticipants{kId, {}, {ann().id}},
        RemoveParticipant{kId, {}, ann().id},
        UpdateParticipant{kId, {{9}}, ann().id, {}, {}}};
    const Story deleted = given({scheduled_event(), AppointmentDeleted{}});
    for (const auto& command : commands) {
        EXPECT_EQ(absent().when(command), refused(NotFound{"Appointment"}));
        EXPECT_EQ(deleted.when(command), refused(NotFound{"Appointment"}));
    }
}

TEST(Start, MakesScheduledAndMissedActive) {
    EXPECT_EQ(scheduled().when(kStartIt), happens({AppointmentStarted{}}));
    EXPECT_EQ(missed().when(kStartIt), happens({AppointmentStarted{}}));
}

TEST(Start, ChangesNothingWhenActive) {
    EXPECT_EQ(active().when(kStartIt), nothing_happens());
}

TEST(Start, IsRefusedWhenCompleted) {
    EXPECT_EQ(completed().when(kStartIt), refused(Conflict::completed_cannot_be_started));
}

TEST(Complete, EndsWhatIsActive) {
    EXPECT_EQ(active().when(kCompleteIt), happens({AppointmentCompleted{}}));
}

TEST(Complete, ChangesNothingWhenCompleted) {
    EXPECT_EQ(completed().when(kCompleteIt), nothing_happens());
}

TEST(Complete, IsRefusedUnlessActive) {
    EXPECT_EQ(scheduled().when(kCompleteIt), refused(Conflict::only_active_can_be_completed));
    EXPECT_EQ(missed().when(kCompleteIt), refused(Conflict::only_active_can_be_completed));
}

TEST(Delete, IsAlwaysAllowed) {
    for (const auto& story : every_existing()) {
        EXPECT_EQ(story.when(kDeleteIt), happens({AppointmentDeleted{}}));
    }
}

TEST(Version, IsCheckedBeforeTheStatusAndBeforeChangingNothing) {
    const std::vector<Version> stale{0, 99};
    const AppointmentCommand commands[] = {
        StartAppointment{kId, stale},
        CompleteAppointment{kId, stale},
        DeleteAppointment{kId, stale},
        UpdateAppointment{kId, stale, {}, {}, {}, {}},
        AddParticipants{kId, stale, {}},
        RemoveParticipants{kId, stale, {}}};
    for (const auto& story : every_existing()) {
        for (const auto& command : commands) {
            EXPECT_EQ(story.when(command), refused(VersionMismatch{})) << command.index();
        }
    }
}

TEST(Version, MayBeAnyOfThoseExpected) {
    const auto happened = happens({AppointmentStarted{}});
    EXPECT_EQ(scheduled().when(StartAppointment{kId, {{1}}}), happened);
    EXPECT_EQ(scheduled().when(StartAppointment{kId, {{7, 1}}}), happened);
    const std::vector<Version> none;
    EXPECT_EQ(scheduled().when(StartAppointment{kId, none}), refused(VersionMismatch{}));
}

TEST(Version, CountsEveryChange) {
    EXPECT_EQ(active().when(CompleteAppointment{kId, {{1}}}), refused(VersionMismatch{}));
    EXPECT_EQ(active().when(CompleteAppointment{kId, {{2}}}), happens({AppointmentCompleted{}}));
}

TEST(End, MakesScheduledMissedAndActiveCompleted) {
    EXPECT_EQ(scheduled().at(kEnd).when(kEndIt), happens({AppointmentMissed{}}));
    EXPECT_EQ(active().at(kEnd).when(kEndIt), happens({AppointmentCompleted{}}));
    EXPECT_EQ(scheduled().at(kAfter).when(kEndIt), happens({AppointmentMissed{}}));
}

TEST(End, WaitsUntilTheLastMicrosecond) {
    const Timestamp almost = kEnd - std::chrono::microseconds(1);
    EXPECT_EQ(scheduled().at(almost).when(kEndIt), nothing_happens());
    EXPECT_EQ(active().at(almost).when(kEndIt), nothing_happens());
}

TEST(End, ChangesNothingElsewhere) {
    EXPECT_EQ(absent().at(kAfter).when(kEndIt), nothing_happens());
    EXPECT_EQ(completed().at(kAfter).when(kEndIt), nothing_happens());
    EXPECT_EQ(missed().at(kAfter).when(kEndIt), nothing_happens());
}

TEST(End, IsNotAwaitedByWhatWasScheduledOrStartedAfterIt) {
    const auto much_later = later(kAfter, 100'000);
    const auto late = given({scheduled_event()}, kEnd);
    EXPECT_EQ(Story(late).at(much_later).when(kEndIt), nothing_happens());
    const auto started_late = scheduled().at(kEnd).then(AppointmentStarted{});
    EXPECT_EQ(Story(started_late).at(much_later).when(kEndIt), nothing_happens());
    const auto missed_then_started = missed().then(AppointmentStarted{});
    EXPECT_EQ(Story(missed_then_started).at(much_later).when(kEndIt), nothing_happens());
}

TEST(End, IsAwaitedAgainAfterAnUpdateThatPutsItAhead) {
    AppointmentUpdated moved;
    moved.start = Change<Timestamp>{kStart, kAfter};
    auto story = given({scheduled_event()}, kEnd).then(moved);
    EXPECT_EQ(story.at(kAfter).when(kEndIt), nothing_happens());
    EXPECT_EQ(story.at(later(kAfter, 30)).when(kEndIt), happens({AppointmentMissed{}}));
}

TEST(End, IsStillAwaitedAfterParticipantsChanged) {
    const auto story = active().at(kEnd).then(ParticipantsAdded{{guest(3)}});
    EXPECT_EQ(story.when(kEndIt), happens({AppointmentCompleted{}}));
}

}  // namespace
}  // namespace consularia::domain
