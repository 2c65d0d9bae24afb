// Adding, removing and changing participants.
#include "domain/appointment/decide.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/unit/domain/given_when.hpp"

#include <gtest/gtest.h>

namespace consularia::domain {
namespace {

using namespace samples;

const auto kId = appointment_id();
const auto kUnknown = participant_id(99);
const Rejection kClosed = Conflict::participants_of_completed_cannot_change;
const std::vector<Version> kStale{99};

AddParticipants add(std::vector<NewParticipant> added) {
    return {kId, {}, std::move(added)};
}

RemoveParticipants remove(std::vector<ParticipantId> ids) {
    return {kId, {}, std::move(ids)};
}

UpdateParticipant change(ParticipantId id) {
    return {kId, {}, id, {}, {}};
}

UpdateParticipant rename(ParticipantId id, std::optional<DisplayName> name) {
    auto command = change(id);
    command.display_name.emplace(std::move(name));
    return command;
}

std::vector<Story> every_open() {
    return {scheduled(), active(), missed()};
}

/// The sample with Ann, Bob and 998 guests.
Story full() {
    return scheduled().then(ParticipantsAdded{guests(3, limits::kParticipants.accepted - 2)});
}

TEST(Add, BringsParticipantsInUnlessCompleted) {
    for (const auto& story : every_open()) {
        EXPECT_EQ(
            story.when(add({guest(3), guest(4)})),
            happens({ParticipantsAdded{{guest(3), guest(4)}}})
        );
    }
    EXPECT_EQ(completed().when(add({guest(3)})), refused(kClosed));
}

TEST(Add, OfNobodyChangesNothingUnlessCompleted) {
    for (const auto& story : every_open()) EXPECT_EQ(story.when(add({})), nothing_happens());
    EXPECT_EQ(completed().when(add({})), refused(kClosed));
}

TEST(Add, NamesEveryDuplicateAndTakesNobody) {
    auto ann_again = guest(5);
    ann_again.unique_id = ann().unique_id;
    auto guest_again = guest(6);
    guest_again.unique_id = guest(4).unique_id;
    const auto duplicate = ItemError::duplicate_unique_id;
    const BadItems bad{{std::nullopt, duplicate, duplicate}};
    EXPECT_EQ(active().when(add({guest(4), ann_again, guest_again})), refused(bad));
}

TEST(Add, LetsARemovedOneJoinAgain) {
    auto returning = guest(5);
    returning.unique_id = ann().unique_id;
    const auto story = scheduled().then(ParticipantsRemoved{{ann()}});
    EXPECT_EQ(story.when(add({returning})), happens({ParticipantsAdded{{returning}}}));
}

TEST(Add, FillsUpToAThousandAndNoMore) {
    EXPECT_EQ(
        scheduled().when(add(guests(3, limits::kParticipants.accepted - 2))),
        happens({ParticipantsAdded{guests(3, limits::kParticipants.accepted - 2)}})
    );
    EXPECT_EQ(
        scheduled().when(add(guests(3, limits::kParticipants.accepted - 1))),
        refused(TooManyParticipants{})
    );
    EXPECT_EQ(full().when(add({guest(5000)})), refused(TooManyParticipants{}));
    EXPECT_EQ(full().when(add({})), nothing_happens());
}

TEST(Add, ChecksItemsThenLimitThenVersionThenStatus) {
    auto duplicate = ann();
    duplicate.id = participant_id(5000);
    auto many_and_bad = guests(3, limits::kParticipants.accepted);
    many_and_bad.push_back(duplicate);
    BadItems bad;
    bad.items.resize(limits::kParticipants.accepted);
    bad.items.emplace_back(ItemError::duplicate_unique_id);

    EXPECT_EQ(completed().when(AddParticipants{kId, kStale, many_and_bad}), refused(bad));
    many_and_bad.pop_back();
    EXPECT_EQ(
        completed().when(AddParticipants{kId, kStale, many_and_bad}), refused(TooManyParticipants{})
    );
    EXPECT_EQ(
        completed().when(AddParticipants{kId, kStale, {guest(3)}}), refused(VersionMismatch{})
    );
    EXPECT_EQ(completed().when(AddParticipants{kId, {{3}}, {guest(3)}}), refused(kClosed));
}

TEST(RemoveSeveral, TakesThemOutWithTheirValuesInTheOrderAsked) {
    for (const auto& story : every_open()) {
        EXPECT_EQ(
            story.when(remove({bob().id, ann().id})), happens({ParticipantsRemoved{{bob(), ann()}}})
        );
    }
    EXPECT_EQ(completed().when(remove({ann().id})), refused(kClosed));
}

TEST(RemoveSeveral, CountsAnIdGivenTwiceOnce) {
    EXPECT_EQ(active().when(remove({ann().id, ann().id})), happens({ParticipantsRemoved{{ann()}}}));
}

TEST(RemoveSeveral, OfNobodyChangesNothingUnlessCompleted) {
    for (const auto& story : every_open()) EXPECT_EQ(story.when(remove({})), nothing_happens());
    EXPECT_EQ(completed().when(remove({})), refused(kClosed));
}

TEST(RemoveSeveral, NamesEveryUnknownIdAndTakesNobody) {
    const auto unknown = ItemError::unknown_participant;
    const BadItems bad{{unknown, std::nullopt, unknown}};
    EXPECT_EQ(scheduled().when(remove({kUnknown, ann().id, kUnknown})), refused(bad));
}

TEST(RemoveSeveral, ChecksItemsThenVersionThenStatus) {
    const BadItems bad{{ItemError::unknown_participant}};
    EXPECT_EQ(completed().when(RemoveParticipants{kId, kStale, {kUnknown}}), refused(bad));
    EXPECT_EQ(
        completed().when(RemoveParticipants{kId, kStale, {ann().id}}), refused(VersionMismatch{})
    );
    EXPECT_EQ(completed().when(RemoveParticipants{kId, {{3}}, {ann().id}}), refused(kClosed));
}

TEST(RemoveOne, TakesItOutUnlessCompleted) {
    const RemoveParticipant command{kId, {}, bob().id};
    for (const auto& story : every_open()) {
        EXPECT_EQ(story.when(command), happens({ParticipantsRemoved{{bob()}}}));
    }
    EXPECT_EQ(completed().when(command), refused(kClosed));
}

TEST(ChangeOne, SaysWhatChangedFromWhatToWhat) {
    auto command = rename(ann().id, make_display_name("Anna"));
    command.role = Role::participant;
    ParticipantUpdated event{ann().id, {}, {}};
    event.display_name = {make_display_name("Ann"), make_display_name("Anna")};
    event.role = {Role::moderator, Role::participant};
    for (const auto& story : every_open()) EXPECT_EQ(story.when(command), happens({event}));
    EXPECT_EQ(completed().when(command), refused(kClosed));
}

TEST(ChangeOne, TellsNoNameFromABlankName) {
    ParticipantUpdated unnamed{ann().id, {}, {}};
    unnamed.display_name = {make_display_name("Ann"), std::nullopt};
    EXPECT_EQ(scheduled().when(rename(ann().id, std::nullopt)), happens({unnamed}));

    ParticipantUpdated blank{bob().id, {}, {}};
    blank.display_name = {std::nullopt, make_display_name("")};
    EXPECT_EQ(scheduled().when(rename(bob().id, make_display_name(""))), happens({blank}));
}

TEST(ChangeOne, ChangesNothingWhenNothingIsGivenOrDifferentUnlessCompleted) {
    auto same = rename(ann().id, ann().display_name);
    same.role = ann().role;
    for (const auto& command : {change(ann().id), same, rename(bob().id, std::nullopt)}) {
        for (const auto& story : every_open()) EXPECT_EQ(story.when(command), nothing_happens());
        EXPECT_EQ(completed().when(command), refused(kClosed));
    }
}

TEST(OneParticipant, IsNotFoundBeforeAnythingElse) {
    for (const auto& story : every_existing()) {
        const auto not_found = refused(NotFound{"Participant"});
        EXPECT_EQ(story.when(RemoveParticipant{kId, kStale, kUnknown}), not_found);
        EXPECT_EQ(story.when(UpdateParticipant{kId, kStale, kUnknown, {}, {}}), not_found);
    }
}

TEST(OneParticipant, IsHeldAgainstItsOwnVersion) {
    ParticipantUpdated renamed{ann().id, {}, {}};
    renamed.display_name = {make_display_name("Ann"), make_display_name("Anna")};
    const auto story = scheduled().then(renamed).then(AppointmentStarted{});  // Version 3.

    for (const Version mismatch : {1, 3}) {
        EXPECT_EQ(
            story.when(RemoveParticipant{kId, {{mismatch}}, ann().id}), refused(VersionMismatch{})
        );
        EXPECT_EQ(
            story.when(UpdateParticipant{kId, {{mismatch}}, ann().id, {}, {}}),
            refused(VersionMismatch{})
        );
    }
    EXPECT_EQ(story.when(UpdateParticipant{kId, {{2}}, ann().id, {}, {}}), nothing_happens());
    EXPECT_EQ(
        story.when(RemoveParticipant{kId, {{1}}, bob().id}), happens({ParticipantsRemoved{{bob()}}})
    );
}

TEST(OneParticipant, IsHeldAgainstItsVersionBeforeTheStatus) {
    EXPECT_EQ(
        completed().when(RemoveParticipant{kId, kStale, ann().id}), refused(VersionMismatch{})
    );
    EXPECT_EQ(
        completed().when(UpdateParticipant{kId, kStale, ann().id, {}, {}}),
        refused(VersionMismatch{})
    );
    EXPECT_EQ(completed().when(RemoveParticipant{kId, {{1}}, ann().id}), refused(kClosed));
}

}  // namespace
}  // namespace consularia::domain
