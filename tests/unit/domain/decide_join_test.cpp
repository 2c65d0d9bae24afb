// Joining by an access link.
#include "domain/appointment/decide.hpp"
#include "domain/appointment/evolve.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/unit/domain/given_when.hpp"

#include <gtest/gtest.h>

namespace consularia::domain {
namespace {

using namespace samples;

constexpr std::chrono::microseconds kQuarter = std::chrono::minutes(15);
const Timestamp kOpens = later(kStart, -15);

JoinAppointment join_of(ParticipantId who, std::chrono::microseconds opens_before = kQuarter) {
    return {appointment_id(), who, opens_before, {}};
}

JoinAppointment within_a_minute(ParticipantId who) {
    return {appointment_id(), who, kQuarter, std::chrono::minutes(1)};
}

const JoinAppointment kAnnJoins = join_of(ann().id);
const JoinAppointment kBobJoins = join_of(bob().id);
const Change<Status> kBecomesActive{Status::scheduled, Status::active};
const ParticipantJoined kAnnIsFirst{ann().id, kBecomesActive};
const ParticipantJoined kAnnComes{ann().id, std::nullopt};
const ParticipantJoined kBobComes{bob().id, std::nullopt};

Timestamp just_before(Timestamp moment) {
    return moment - std::chrono::microseconds(1);
}

TEST(Join, OfTheFirstMakesTheAppointmentActiveInTheSameEvent) {
    EXPECT_EQ(scheduled().at(kStart).when(kAnnJoins), happens({kAnnIsFirst}));
    auto story = scheduled().at(kStart).then(kAnnIsFirst);
    EXPECT_EQ(story.status(), Status::active);
    EXPECT_EQ(story.details().version, 2U);
    EXPECT_EQ(story.details().updated_at, kStart);
}

TEST(Join, OfOthersAndAgainIsAnEventThatChangesNoStatus) {
    auto story = scheduled().at(kStart).then(kAnnIsFirst);
    EXPECT_EQ(story.when(kBobJoins), happens({kBobComes}));
    EXPECT_EQ(story.when(kAnnJoins), happens({kAnnComes}));
    story.then(kBobComes).then(kAnnComes);
    EXPECT_EQ(story.status(), Status::active);
    EXPECT_EQ(story.details().version, 4U);
}

TEST(Join, OfWhatACommandStartedChangesNoStatus) {
    EXPECT_EQ(active().at(kStart).when(kAnnJoins), happens({kAnnComes}));
}

TEST(Join, ChangesNothingButStatusVersionAndTimes) {
    auto expected = scheduled().details();
    const auto later_on = later(kStart, 1);
    auto story = scheduled().at(kStart).then(kAnnIsFirst).at(later_on).then(kBobComes);
    expected.version = 3;
    expected.tag = 2;
    expected.updated_at = kStart;
    expected.joins = std::vector<LastJoin>{{ann().id, kStart}, {bob().id, later_on}};
    EXPECT_EQ(story.state(), Appointment(Active{expected}));
}

TEST(Join, ThatChangesNoStateLeavesTagAndTimeOfUpdateAlone) {
    auto story = scheduled().at(kStart).then(kAnnIsFirst).at(later(kStart, 5));
    EXPECT_EQ(story.details().tag, 2U);
    for (Version version = 3; version < 6; ++version) {
        story.then(kBobComes);
        EXPECT_EQ(story.details().version, version);
        EXPECT_EQ(story.details().tag, 2U);
        EXPECT_EQ(story.details().updated_at, kStart);
    }
    story.then(ParticipantsAdded{{guest(3)}});
    EXPECT_EQ(story.details().version, 6U);
    EXPECT_EQ(story.details().tag, 6U);
    EXPECT_EQ(story.details().participants->back().version, 6U);
    EXPECT_EQ(story.details().updated_at, later(kStart, 5));
}

TEST(Join, AgainWithinTheWindowIsNothing) {
    auto story = scheduled().at(kStart).then(kAnnIsFirst);
    const auto again = within_a_minute(ann().id);
    EXPECT_EQ(story.when(again), happens({}));
    EXPECT_EQ(story.at(just_before(later(kStart, 1))).when(again), happens({}));
    EXPECT_EQ(story.at(later(kStart, 1)).when(again), happens({kAnnComes}));
    EXPECT_EQ(story.when(within_a_minute(bob().id)), happens({kBobComes}));
}

TEST(Join, EachRecordedJoinRestartsTheWindow) {
    auto story = scheduled().at(kStart).then(kAnnIsFirst).at(later(kStart, 2)).then(kAnnComes);
    EXPECT_EQ(story.at(just_before(later(kStart, 3))).when(within_a_minute(ann().id)), happens({}));
    EXPECT_EQ(last_join(story.details(), ann().id), later(kStart, 2));
    EXPECT_EQ(last_join(story.details(), bob().id), std::nullopt);
}

TEST(Join, WithoutAWindowIsAlwaysAnEvent) {
    auto story = scheduled().at(kStart).then(kAnnIsFirst);
    EXPECT_EQ(story.when(kAnnJoins), happens({kAnnComes}));
}

TEST(Join, WithinTheWindowIsRefusedWhenTheDoorIsClosed) {
    auto story = scheduled().at(kStart).then(kAnnIsFirst).then(AppointmentCompleted{});
    EXPECT_EQ(story.when(within_a_minute(ann().id)), refused(Conflict::appointment_has_ended));
}

TEST(Join, OfSomebodyWhoLeftTheListIsForgotten) {
    auto story = scheduled().at(kStart).then(kAnnIsFirst).then(ParticipantsRemoved{{ann()}});
    EXPECT_TRUE(story.details().joins->empty());
    story.then(ParticipantsAdded{{ann()}});
    EXPECT_EQ(story.when(within_a_minute(ann().id)), happens({kAnnComes}));
}

TEST(IfMatch, IsHeldAgainstTheVersionAtWhichTheRepresentationLastChanged) {
    auto story = scheduled().at(kStart).then(kAnnIsFirst).then(kBobComes).then(kAnnComes);
    AddParticipants add{appointment_id(), std::vector<Version>{2}, {guest(3)}};
    EXPECT_EQ(story.when(add), happens({ParticipantsAdded{{guest(3)}}}));
    add.expected = std::vector<Version>{4};
    EXPECT_EQ(story.when(add), refused(VersionMismatch{}));
}

TEST(Join, IsAllowedFromTheMicrosecondOfTheOpeningOn) {
    EXPECT_EQ(
        scheduled().at(just_before(kOpens)).when(kAnnJoins),
        refused(Conflict::joining_is_not_open_yet)
    );
    EXPECT_EQ(scheduled().at(kOpens).when(kAnnJoins), happens({kAnnIsFirst}));
}

TEST(Join, IsAllowedUntilTheLastMicrosecondBeforeTheEnd) {
    EXPECT_EQ(scheduled().at(just_before(kEnd)).when(kAnnJoins), happens({kAnnIsFirst}));
    EXPECT_EQ(scheduled().at(kEnd).when(kAnnJoins), refused(Conflict::appointment_has_ended))
        << "also when the clock has not acted yet";
}

TEST(Join, OfAnActiveOneIsHeldToTheSameDoor) {
    EXPECT_EQ(
        active().at(just_before(kOpens)).when(kAnnJoins), refused(Conflict::joining_is_not_open_yet)
    );
    EXPECT_EQ(active().at(kOpens).when(kAnnJoins), happens({kAnnComes}));
    EXPECT_EQ(active().at(just_before(kEnd)).when(kAnnJoins), happens({kAnnComes}));
    EXPECT_EQ(active().at(kEnd).when(kAnnJoins), refused(Conflict::appointment_has_ended));
}

TEST(Join, IsRefusedOnceTheAppointmentIsOverHoweverEarly) {
    for (const auto now : {kBefore, kOpens, kStart, kEnd}) {
        EXPECT_EQ(completed().at(now).when(kAnnJoins), refused(Conflict::appointment_has_ended));
        EXPECT_EQ(missed().at(now).when(kAnnJoins), refused(Conflict::appointment_has_ended));
    }
}

TEST(Join, OfAMissedOneIsPossibleAgainWhenItIsMovedAhead) {
    AppointmentUpdated moved;
    moved.start = Change<Timestamp>{kStart, kAfter};
    moved.status = Change<Status>{Status::missed, Status::scheduled};
    EXPECT_EQ(missed().then(moved).at(kAfter).when(kAnnJoins), happens({kAnnIsFirst}));
}

TEST(Join, FollowsTheStartWhenItMoves) {
    AppointmentUpdated moved;
    moved.start = Change<Timestamp>{kStart, kAfter};
    auto story = scheduled().then(moved);
    EXPECT_EQ(story.at(kStart).when(kAnnJoins), refused(Conflict::joining_is_not_open_yet));
    EXPECT_EQ(story.at(later(kAfter, -15)).when(kAnnJoins), happens({kAnnIsFirst}));
}

TEST(Join, OfSomebodyWhoIsNotOnTheListIsNotFoundWhateverTheTime) {
    for (const auto now : {kBefore, kStart, kAfter}) {
        for (auto& story : every_existing()) {
            EXPECT_EQ(
                Story(story).at(now).when(join_of(guest(3).id)), refused(NotFound{"Participant"})
            );
        }
    }
}

TEST(Join, OfSomebodyWhoWasRemovedIsNotFound) {
    auto story = scheduled().then(ParticipantsRemoved{{ann()}}).at(kStart);
    EXPECT_EQ(story.when(kAnnJoins), refused(NotFound{"Participant"}));
    EXPECT_EQ(story.when(kBobJoins), happens({ParticipantJoined{bob().id, kBecomesActive}}));
}

TEST(Join, OfWhatIsAbsentOrDeletedIsNotFound) {
    EXPECT_EQ(absent().at(kStart).when(kAnnJoins), refused(NotFound{"Appointment"}));
    auto deleted = given({scheduled_event(), AppointmentDeleted{}});
    EXPECT_EQ(deleted.at(kStart).when(kAnnJoins), refused(NotFound{"Appointment"}));
}

TEST(Join, OpensAsLongBeforeTheStartAsTheCommandSays) {
    const auto who = ann().id;
    EXPECT_EQ(scheduled().at(kStart).when(join_of(who, kQuarter.zero())), happens({kAnnIsFirst}));
    EXPECT_EQ(
        scheduled().at(just_before(kStart)).when(join_of(who, kQuarter.zero())),
        refused(Conflict::joining_is_not_open_yet)
    );
    EXPECT_EQ(scheduled().at(kBefore).when(join_of(who, kStart - kBefore)), happens({kAnnIsFirst}));
}

TEST(Join, OfTheFirstAppointmentOfAllTimeOpensWithTime) {
    auto event = scheduled_event();
    event.start = kEarliest;
    const auto year = std::chrono::days(365);
    EXPECT_EQ(given({event}, kEarliest).when(join_of(ann().id, year)), happens({kAnnIsFirst}));
}

TEST(Joined, KeepsAwaitingTheEnd) {
    const EndAppointment end{appointment_id()};
    auto story = scheduled().at(kStart).then(kAnnIsFirst).then(kBobComes);
    EXPECT_TRUE(story.details().awaits_end);
    EXPECT_EQ(story.at(just_before(kEnd)).when(end), nothing_happens());
    EXPECT_EQ(story.at(kEnd).when(end), happens({AppointmentCompleted{}}));
}

TEST(Joined, LeavesWhatACommandStartedAfterItsEndToCommands) {
    // Started late, so nothing waits for the end, and a join before a later clock changes nothing.
    auto story = given({scheduled_event()}, kEnd).then(AppointmentStarted{}).then(kAnnComes);
    EXPECT_FALSE(story.details().awaits_end);
    EXPECT_EQ(story.at(kAfter).when(EndAppointment{appointment_id()}), nothing_happens());
}

TEST(Joined, IsImpossibleForSomebodyWhoIsNotOnTheList) {
    EXPECT_TRUE(scheduled().possible(kAnnIsFirst));
    EXPECT_FALSE(scheduled().possible(ParticipantJoined{guest(3).id, kBecomesActive}));
    EXPECT_FALSE(active().possible(ParticipantJoined{guest(3).id, std::nullopt}));
    auto without_ann = active().then(ParticipantsRemoved{{ann()}});
    EXPECT_FALSE(without_ann.possible(kAnnComes));
    EXPECT_TRUE(without_ann.possible(kBobComes));
}

TEST(Joined, IsImpossibleWithoutItsStatusChangeOrWithOneThatIsNotDue) {
    EXPECT_FALSE(scheduled().possible(kAnnComes)) << "the first makes it active";
    EXPECT_TRUE(active().possible(kAnnComes));
    EXPECT_FALSE(active().possible(kAnnIsFirst)) << "it is active already";
    for (const auto& story : {completed(), missed()}) {
        EXPECT_FALSE(story.possible(kAnnComes));
        EXPECT_FALSE(story.possible(kAnnIsFirst));
    }
}

TEST(Joined, IsImpossibleWithAnyOtherStatusChange) {
    const Status all[] = {Status::scheduled, Status::active, Status::completed, Status::missed};
    for (const auto& story : every_existing()) {
        for (const auto from : all) {
            for (const auto to : all) {
                const Change<Status> change{from, to};
                if (change == kBecomesActive) continue;
                EXPECT_FALSE(story.possible(ParticipantJoined{ann().id, change}))
                    << to_string(from) << " to " << to_string(to);
            }
        }
    }
}

TEST(Joined, IsImpossibleWhereNothingIs) {
    const auto deleted = given({scheduled_event(), AppointmentDeleted{}});
    for (const auto& story : {absent(), deleted}) {
        EXPECT_FALSE(story.possible(kAnnComes));
        EXPECT_FALSE(story.possible(kAnnIsFirst));
    }
}

}  // namespace
}  // namespace consularia::domain
