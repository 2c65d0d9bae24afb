// Updating an appointment.
#include "domain/appointment/decide.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/unit/domain/given_when.hpp"

#include <gtest/gtest.h>

namespace consularia::domain {
namespace {

using namespace samples;

UpdateAppointment update() {
    return {appointment_id(), {}, {}, {}, {}, {}};
}

UpdateAppointment retitle(const char* title) {
    auto command = update();
    command.title = make_title(title);
    return command;
}

UpdateAppointment move_to(Timestamp start) {
    auto command = update();
    command.start = start;
    return command;
}

/// The update that asks for what the sample has already.
UpdateAppointment same_again() {
    const auto sample = schedule_command();
    return {appointment_id(), {}, sample.title, sample.start, sample.duration, sample.config};
}

TEST(Update, SaysWhatChangedFromWhatToWhat) {
    auto command = update();
    command.title = make_title("Second");
    command.start = kAfter;
    command.duration = minutes(45);
    command.config = make_config({{Feature::chat, false}});
    AppointmentUpdated event;
    event.title = Change<Title>{make_title("Consultation"), make_title("Second")};
    event.start = Change<Timestamp>{kStart, kAfter};
    event.duration = Change<Duration>{minutes(30), minutes(45)};
    event.config = Change<Config>{schedule_command().config, *command.config};
    EXPECT_EQ(scheduled().when(command), happens({event}));
}

TEST(Update, LeavesOutWhatStaysTheSame) {
    auto command = same_again();
    command.duration = minutes(15);
    AppointmentUpdated event;
    event.duration = Change<Duration>{minutes(30), minutes(15)};
    EXPECT_EQ(scheduled().when(command), happens({event}));
}

TEST(Update, ReplacesTheWholeConfig) {
    auto command = update();
    command.config = Config{};
    AppointmentUpdated event;
    event.config = Change<Config>{schedule_command().config, Config{}};
    EXPECT_EQ(scheduled().when(command), happens({event}));
}

TEST(Update, ChangesNothingWhenNothingIsGivenOrDifferent) {
    EXPECT_EQ(scheduled().when(update()), nothing_happens());
    EXPECT_EQ(scheduled().when(same_again()), nothing_happens());
    EXPECT_EQ(missed().when(update()), nothing_happens());
    EXPECT_EQ(missed().when(same_again()), nothing_happens());
}

TEST(Update, ChangesNothingWhenTheConfigIsOnlyInAnotherOrder) {
    auto scheduled = scheduled_event();
    scheduled.config = make_config({{Feature::chat, true}, {Feature::whiteboard, false}});
    auto command = update();
    command.config = make_config({{Feature::whiteboard, false}, {Feature::chat, true}});
    EXPECT_EQ(given({scheduled}).when(command), nothing_happens());
}

TEST(Update, IsRefusedWhenActiveOrCompletedEvenIfNothingWouldChange) {
    for (const auto& command : {update(), same_again(), retitle("x")}) {
        EXPECT_EQ(active().when(command), refused(Conflict::active_cannot_be_updated));
        EXPECT_EQ(completed().when(command), refused(Conflict::completed_cannot_be_updated));
    }
}

TEST(Update, ChecksTheVersionFirst) {
    auto command = retitle("x");
    command.expected = {{1}};
    EXPECT_EQ(active().when(command), refused(VersionMismatch{}));
    command.expected = {{2}};
    EXPECT_EQ(active().when(command), refused(Conflict::active_cannot_be_updated));
}

TEST(Update, OfMissedIntoTheFutureMakesItScheduledAgain) {
    AppointmentUpdated event;
    event.start = Change<Timestamp>{kStart, kAfter};
    event.status = Change<Status>{Status::missed, Status::scheduled};
    EXPECT_EQ(missed().when(move_to(kAfter)), happens({event}));
}

TEST(Update, OfMissedLooksAtTheEndNotTheStart) {
    // 10:45 to 11:15, at 11:00.
    const auto start = later(kAfter, -15);
    AppointmentUpdated event;
    event.start = Change<Timestamp>{kStart, start};
    event.status = Change<Status>{Status::missed, Status::scheduled};
    EXPECT_EQ(missed().when(move_to(start)), happens({event}));
}

TEST(Update, OfMissedByDurationAloneCanMakeItScheduledAgain) {
    auto command = update();
    command.duration = minutes(61);
    AppointmentUpdated event;
    event.duration = Change<Duration>{minutes(30), minutes(61)};
    event.status = Change<Status>{Status::missed, Status::scheduled};
    EXPECT_EQ(missed().when(command), happens({event}));
}

TEST(Update, OfMissedWhoseNewEndIsNowOrPastLeavesItMissed) {
    auto command = update();
    command.duration = minutes(60);  // Ends at 11:00, which is now.
    AppointmentUpdated longer;
    longer.duration = Change<Duration>{minutes(30), minutes(60)};
    EXPECT_EQ(missed().when(command), happens({longer}));

    AppointmentUpdated retitled;
    retitled.title = Change<Title>{make_title("Consultation"), make_title("Second")};
    EXPECT_EQ(missed().when(retitle("Second")), happens({retitled}));
}

TEST(Update, OfScheduledNeverCarriesAStatus) {
    AppointmentUpdated event;
    event.start = Change<Timestamp>{kStart, kAfter};
    EXPECT_EQ(scheduled().when(move_to(kAfter)), happens({event}));
    EXPECT_EQ(scheduled().at(kAfter).when(move_to(kAfter)), happens({event}));
}

}  // namespace
}  // namespace consularia::domain
