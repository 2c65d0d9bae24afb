#include "domain/appointment/evolve.hpp"

#include "tests/support/domain_samples.hpp"
#include "tests/unit/domain/given_when.hpp"

#include <gtest/gtest.h>

namespace consularia::domain {
namespace {

using namespace samples;

const Timestamp kNow = later(kBefore, 5);

AppointmentUpdated retitled() {
    AppointmentUpdated event;
    event.title = Change<Title>{make_title("Consultation"), make_title("Second")};
    return event;
}

AppointmentUpdated moved_to(Timestamp start) {
    AppointmentUpdated event;
    event.start = Change<Timestamp>{kStart, start};
    return event;
}

Participant as_present(const NewParticipant& added, Version version) {
    return {added.id, added.unique_id, added.display_name, added.role, version};
}

using Participants = std::vector<Participant>;

TEST(Scheduled, HasWhatWasScheduled) {
    const auto event = scheduled_event();
    const Details expected{
        appointment_id(),
        event.title,
        event.start,
        event.duration,
        event.config,
        Participants{as_present(ann(), 1), as_present(bob(), 1)},
        kBefore,
        kBefore,
        1,
        true,
        1,
        {}};
    EXPECT_EQ(scheduled().state(), Appointment(Scheduled{expected}));
}

TEST(EveryEvent, CountsTheVersionAndMovesUpdatedAtOnly) {
    auto story = scheduled().at(kNow);
    Version version = 1;
    const AppointmentEvent events[] = {
        retitled(),
        ParticipantsAdded{{guest(3)}},
        ParticipantsRemoved{{guest(3)}},
        ParticipantUpdated{ann().id, {}, {{Role::moderator, Role::participant}}},
        AppointmentStarted{},
        AppointmentCompleted{}};
    for (const auto& event : events) {
        const Timestamp now = later(kNow, static_cast<int>(version));
        story.at(now).then(event);
        EXPECT_EQ(story.details().version, ++version);
        EXPECT_EQ(story.details().updated_at, now);
        EXPECT_EQ(story.details().created_at, kBefore);
    }
}

TEST(Updated, ChangesWhatItNamesAndKeepsTheRest) {
    AppointmentUpdated event = retitled();
    event.start = Change<Timestamp>{kStart, kAfter};
    event.duration = Change<Duration>{minutes(30), minutes(60)};
    event.config = Change<Config>{schedule_command().config, Config{}};
    Details expected = scheduled().details();
    expected.title = make_title("Second");
    expected.start = kAfter;
    expected.duration = minutes(60);
    expected.config = Config{};
    expected.version = 2;
    expected.tag = 2;
    expected.updated_at = kNow;
    EXPECT_EQ(scheduled().at(kNow).then(event).state(), Appointment(Scheduled{expected}));
    EXPECT_EQ(scheduled().then(retitled()).details().start, kStart);
}

TEST(Updated, OfMissedKeepsItMissedUnlessItSaysScheduled) {
    EXPECT_EQ(missed().then(retitled()).status(), Status::missed);
    auto event = moved_to(kAfter);
    event.status = Change<Status>{Status::missed, Status::scheduled};
    EXPECT_EQ(missed().then(event).status(), Status::scheduled);
}

TEST(Events, LeadToTheirStatus) {
    EXPECT_EQ(scheduled().then(AppointmentStarted{}).status(), Status::active);
    EXPECT_EQ(missed().then(AppointmentStarted{}).status(), Status::active);
    EXPECT_EQ(active().then(AppointmentCompleted{}).status(), Status::completed);
    EXPECT_EQ(scheduled().then(AppointmentMissed{}).status(), Status::missed);
    for (auto story : every_existing()) {
        EXPECT_EQ(story.then(AppointmentDeleted{}).state(), Appointment(Absent{}));
    }
}

TEST(Participants, JoinAtTheEndWithTheVersionOfTheirEvent) {
    const Participants expected{
        as_present(ann(), 1),
        as_present(bob(), 1),
        as_present(guest(4), 2),
        as_present(guest(3), 2)};
    EXPECT_EQ(
        *scheduled().then(ParticipantsAdded{{guest(4), guest(3)}}).details().participants, expected
    );
}

TEST(Participants, KeepTheirOrderWhenOthersLeaveOrChange) {
    auto story = scheduled().then(ParticipantsAdded{{guest(3), guest(4)}});
    story.then(ParticipantsRemoved{{guest(3), ann()}});
    story.then(ParticipantUpdated{bob().id, {{std::nullopt, make_display_name("Bob")}}, {}});
    auto named = bob();
    named.display_name = make_display_name("Bob");
    const Participants expected{as_present(named, 4), as_present(guest(4), 2)};
    EXPECT_EQ(*story.details().participants, expected);
}

TEST(Participants, ChangeOnlyWhatTheEventNames) {
    auto story =
        scheduled().then(ParticipantUpdated{ann().id, {}, {{Role::moderator, Role::participant}}});
    auto changed = ann();
    changed.role = Role::participant;
    const Participants expected{as_present(changed, 2), as_present(bob(), 1)};
    EXPECT_EQ(*story.details().participants, expected);
}

TEST(Participants, MayAllLeave) {
    EXPECT_TRUE(
        scheduled().then(ParticipantsRemoved{{bob(), ann()}}).details().participants->empty()
    );
}

TEST(Participants, MayBeAThousand) {
    const auto story =
        scheduled().then(ParticipantsAdded{guests(3, limits::kParticipants.stored - 2)});
    EXPECT_EQ(story.details().participants->size(), limits::kParticipants.stored);
    EXPECT_FALSE(story.possible(ParticipantsAdded{{guest(5000)}}));
}

TEST(AwaitsEnd, WhenScheduledStartedOrUpdatedBeforeTheEnd) {
    const Timestamp almost = kEnd - std::chrono::microseconds(1);
    for (const auto& [now, awaits] : {std::pair{almost, true}, {kEnd, false}}) {
        EXPECT_EQ(given({scheduled_event()}, now).details().awaits_end, awaits);
        EXPECT_EQ(scheduled().at(now).then(AppointmentStarted{}).details().awaits_end, awaits);
        EXPECT_EQ(given({scheduled_event()}, now).then(retitled()).details().awaits_end, awaits);
    }
}

TEST(AwaitsEnd, StaysWhenAnUpdateComesBetweenTheEndAndTheClock) {
    EXPECT_TRUE(scheduled().at(kEnd).then(retitled()).details().awaits_end);
}

TEST(AwaitsEnd, LooksAtTheNewEndAfterAnUpdate) {
    EXPECT_TRUE(scheduled().at(kEnd).then(moved_to(kAfter)).details().awaits_end);
    const Timestamp yesterday = later(kStart, -24 * 60);
    EXPECT_FALSE(scheduled().at(kStart).then(moved_to(yesterday)).details().awaits_end);
    EXPECT_TRUE(scheduled().at(kStart).then(moved_to(kBefore)).details().awaits_end);
    auto rescheduled = moved_to(kAfter);
    rescheduled.status = Change<Status>{Status::missed, Status::scheduled};
    EXPECT_TRUE(missed().then(rescheduled).details().awaits_end);
}

TEST(AwaitsEnd, StaysAsItIsWhenParticipantsChange) {
    const AppointmentEvent changes[] = {
        ParticipantsAdded{{guest(3)}},
        ParticipantsRemoved{{ann()}},
        ParticipantUpdated{ann().id, {}, {{Role::moderator, Role::participant}}}};
    for (const auto& change : changes) {
        EXPECT_TRUE(scheduled().at(kAfter).then(change).details().awaits_end);
        EXPECT_TRUE(active().at(kAfter).then(change).details().awaits_end);
        EXPECT_FALSE(given({scheduled_event()}, kAfter).then(change).details().awaits_end);
    }
}

TEST(AwaitsEnd, IsOverOnceCompletedOrMissed) {
    EXPECT_FALSE(completed().details().awaits_end);
    EXPECT_FALSE(missed().details().awaits_end);
    EXPECT_FALSE(missed().then(retitled()).details().awaits_end);
    EXPECT_FALSE(missed().at(kBefore).then(retitled()).details().awaits_end);
}

}  // namespace
}  // namespace consularia::domain
