// Transitions in the log that none of our states allows: refused, never an abort.
#include "domain/appointment/evolve.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/unit/domain/given_when.hpp"

#include <gtest/gtest.h>

namespace consularia::domain {
namespace {

using namespace samples;

template <class T>
AppointmentUpdated updated(std::optional<Change<T>> AppointmentUpdated::*field, T from, T to) {
    AppointmentUpdated event;
    event.*field = Change<T>{from, to};
    return event;
}

AppointmentUpdated retitled() {
    return updated(&AppointmentUpdated::title, make_title("Consultation"), make_title("Second"));
}

ParticipantUpdated demoted(const NewParticipant& who) {
    return {who.id, {}, {{Role::moderator, Role::participant}}};
}

bool possible_as(const Appointment& state, const AppointmentEvent& event, Version version) {
    return evolve(state, event, {appointment_id(), version, kBefore}).has_value();
}

TEST(Impossible, IsEveryVersionButTheNext) {
    EXPECT_TRUE(possible_as(Absent{}, scheduled_event(), 1));
    EXPECT_FALSE(possible_as(Absent{}, scheduled_event(), 0));
    EXPECT_FALSE(possible_as(Absent{}, scheduled_event(), 2));
    const auto state = active().state();
    EXPECT_TRUE(possible_as(state, AppointmentCompleted{}, 3));
    for (const Version version : {0, 1, 2, 4}) {
        EXPECT_FALSE(possible_as(state, AppointmentCompleted{}, version)) << version;
    }
    EXPECT_FALSE(possible_as(state, AppointmentDeleted{}, 4));
}

TEST(Impossible, IsToBeScheduledTwice) {
    for (const auto& story : every_existing()) EXPECT_FALSE(story.possible(scheduled_event()));
}

TEST(Impossible, IsEverythingButScheduledOfWhatIsAbsent) {
    const AppointmentEvent events[] = {
        AppointmentUpdated{},
        AppointmentStarted{},
        AppointmentCompleted{},
        AppointmentMissed{},
        AppointmentDeleted{},
        ParticipantsAdded{},
        ParticipantsRemoved{},
        ParticipantUpdated{}};
    const auto deleted = given({scheduled_event(), AppointmentDeleted{}});
    for (const auto& event : events) {
        EXPECT_FALSE(absent().possible(event)) << event.index();
        EXPECT_FALSE(deleted.possible(event)) << event.index();
    }
}

TEST(Impossible, IsToStartWhatIsActiveOrCompleted) {
    EXPECT_FALSE(active().possible(AppointmentStarted{}));
    EXPECT_FALSE(completed().possible(AppointmentStarted{}));
}

TEST(Impossible, IsToCompleteWhatIsNotActive) {
    for (const auto& story : {scheduled(), completed(), missed()}) {
        EXPECT_FALSE(story.possible(AppointmentCompleted{}));
    }
}

TEST(Impossible, IsToMissWhatIsNotScheduled) {
    for (const auto& story : {active(), completed(), missed()}) {
        EXPECT_FALSE(story.possible(AppointmentMissed{}));
    }
}

TEST(Impossible, IsToUpdateWhatIsActiveOrCompleted) {
    EXPECT_TRUE(scheduled().possible(retitled()));
    EXPECT_TRUE(missed().possible(retitled()));
    EXPECT_FALSE(active().possible(retitled()));
    EXPECT_FALSE(completed().possible(retitled()));
}

TEST(Impossible, IsAnUpdateFromOtherValues) {
    const Config other = make_config({{Feature::chat, false}});
    const AppointmentEvent events[] = {
        updated(&AppointmentUpdated::start, kAfter, kBefore),
        updated(&AppointmentUpdated::duration, minutes(31), minutes(60)),
        updated(&AppointmentUpdated::config, other, Config{})};
    for (const auto& event : events) {
        EXPECT_FALSE(scheduled().possible(event));
        EXPECT_FALSE(missed().possible(event));
    }
}

TEST(Impossible, IsAnyStatusChangeByUpdateButMissedToScheduled) {
    for (const auto from : {Status::scheduled, Status::active, Status::completed, Status::missed}) {
        for (const auto to :
             {Status::scheduled, Status::active, Status::completed, Status::missed}) {
            const auto event = updated(&AppointmentUpdated::status, from, to);
            const bool right = from == Status::missed && to == Status::scheduled;
            EXPECT_FALSE(scheduled().possible(event));
            EXPECT_EQ(missed().possible(event), right);
        }
    }
}

TEST(Impossible, IsToJoinTwice) {
    auto same_id = guest(3);
    same_id.id = ann().id;
    EXPECT_FALSE(scheduled().possible(ParticipantsAdded{{same_id}}));
    EXPECT_FALSE(scheduled().possible(ParticipantsAdded{{guest(3), guest(3)}}));
    auto event = scheduled_event();
    event.participants.push_back(same_id);
    EXPECT_FALSE(absent().possible(event));
}

TEST(Impossible, IsToHaveMoreThanAThousandParticipants) {
    auto event = scheduled_event();
    event.participants = guests(1, limits::kParticipants.stored);
    EXPECT_TRUE(absent().possible(event));
    event.participants = guests(1, limits::kParticipants.stored + 1);
    EXPECT_FALSE(absent().possible(event));
    EXPECT_TRUE(scheduled().possible(ParticipantsAdded{guests(3, limits::kParticipants.stored - 2)})
    );
    EXPECT_FALSE(scheduled().possible(ParticipantsAdded{guests(3, limits::kParticipants.stored - 1)}
    ));
}

TEST(Impossible, IsToLeaveWithoutBeingThere) {
    EXPECT_FALSE(scheduled().possible(ParticipantsRemoved{{guest(3)}}));
    EXPECT_FALSE(scheduled().possible(ParticipantsRemoved{{ann(), guest(3)}}));
    EXPECT_FALSE(scheduled().possible(ParticipantsRemoved{{ann(), ann()}}));
}

TEST(Impossible, IsToLeaveWithAnotherRole) {
    auto other = ann();
    other.role = Role::participant;
    EXPECT_FALSE(scheduled().possible(ParticipantsRemoved{{other}}));
}

TEST(Impossible, IsAChangeOfAParticipantThatIsNotThereOrFromAnotherRole) {
    EXPECT_TRUE(scheduled().possible(demoted(ann())));
    EXPECT_FALSE(scheduled().possible(demoted(guest(3))));
    EXPECT_FALSE(scheduled().possible(demoted(bob()))) << "Bob is no moderator";
}

TEST(Impossible, IsAnyChangeOfTheParticipantsOfCompleted) {
    const AppointmentEvent events[] = {
        ParticipantsAdded{{guest(3)}}, ParticipantsRemoved{{ann()}}, demoted(ann())};
    for (const auto& event : events) {
        EXPECT_TRUE(scheduled().possible(event));
        EXPECT_TRUE(active().possible(event));
        EXPECT_TRUE(missed().possible(event));
        EXPECT_FALSE(completed().possible(event));
    }
}

}  // namespace
}  // namespace consularia::domain
