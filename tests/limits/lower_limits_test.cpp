// Data that was stored up to the stored limits stays readable and usable after the accepted limits
// were lowered. Compiled with lower accepted limits than the product's, with the rules and codecs:
// see CMakeLists.txt.

#include "domain/appointment/decide.hpp"
#include "domain/appointment/evolve.hpp"
#include "domain/limits.hpp"
#include "domain/organization/decide.hpp"
#include "domain/organization/evolve.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/record_codec.hpp"
#include "tests/unit/domain/given_when.hpp"
#include "tests/unit/ledger/golden_records.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace consularia {
namespace {

using namespace samples;
using namespace domain;
using namespace domain::limits;

static_assert(kTitle.accepted < kTitle.stored && kLongest.accepted < kLongest.stored);
static_assert(kParticipants.accepted < kParticipants.stored);
static_assert(kTokens.accepted < kTokens.stored);
static_assert(kIdempotencyKey.accepted < kIdempotencyKey.stored);
static_assert(kRequestId.accepted < kRequestId.stored);

AppointmentScheduled largest() {
    return {
        make_title(std::string(kTitle.stored, 'x')),
        kStart,
        minutes(static_cast<int>(kLongest.stored)),
        {},
        guests(1, kParticipants.stored)};
}

Registered organization_with_tokens(std::uint32_t count) {
    const OrganizationCreated created{
        make_organization_name(std::string(kOrganizationName.stored, 'x')), make_grant(1)};
    auto state = evolve(Unregistered{}, created, {organization_id(), 0, kBefore});
    for (std::uint32_t number = 2; state && number <= count; ++number) {
        state = evolve(*state, TokenIssued{make_grant(number)}, {organization_id(), 0, kBefore});
    }
    EXPECT_TRUE(state);
    return std::get<Registered>(state.value());
}

TEST(LowerLimits, LetNothingNewBeyondThem) {
    EXPECT_FALSE(Title::accept(std::string(kTitle.accepted + 1, 'x')));
    EXPECT_FALSE(Duration::accept_minutes(static_cast<int>(kLongest.accepted) + 1));
    ScheduleAppointment command{
        appointment_id(),
        make_title("A"),
        kStart,
        minutes(15),
        {},
        guests(1, kParticipants.accepted)};
    EXPECT_EQ(std::get<Events>(absent().when(command)).size(), 1U);
    command.participants.push_back(guest(5000));
    EXPECT_EQ(absent().when(command), refused(TooManyParticipants{}));
}

TEST(LowerLimits, FreezeNoAppointmentThatHoldsMore) {
    ASSERT_TRUE(absent().possible(largest()));
    auto story = absent().then(largest());
    EXPECT_EQ(story.details().participants->size(), kParticipants.stored);
    EXPECT_EQ(
        story.when(AddParticipants{appointment_id(), {}, {guest(5000)}}),
        refused(TooManyParticipants{})
    );
    const auto leaving = guests(1, 1);
    EXPECT_EQ(
        story.when(RemoveParticipants{appointment_id(), {}, {leaving.front().id}}),
        happens({ParticipantsRemoved{leaving}})
    );
    story.then(ParticipantsRemoved{leaving}).then(AppointmentStarted{});
    EXPECT_EQ(story.details().participants->size(), kParticipants.stored - 1);
}

TEST(LowerLimits, FreezeNoOrganizationThatHoldsMore) {
    const auto full = organization_with_tokens(kTokens.stored);
    EXPECT_EQ(full.tokens.size(), kTokens.stored);
    const auto issued = decide(full, IssueToken{make_grant(5000)}, kBefore);
    ASSERT_FALSE(issued);
    EXPECT_EQ(issued.error(), Rejection(TooManyTokens{}));
    EXPECT_TRUE(decide(full, RevokeToken{token_id(1)}, kBefore));
}

TEST(LowerLimits, LeaveEveryRecordReadable) {
    auto record = ledger::golden("appointment-scheduled");
    auto& fact = std::get<ledger::AppointmentRecordEvent>(record.event);
    fact.event = largest();
    record.request_id = std::string(kRequestId.stored, 'x');
    record.idempotency->key = std::string(kIdempotencyKey.stored, 'x');
    const auto read = ledger::decode(ledger::encode(record));
    ASSERT_TRUE(read) << read.error().why;
    EXPECT_EQ(*read, record);
    for (const std::string& value : ledger::golden_values()) EXPECT_TRUE(ledger::decode(value));
}

}  // namespace
}  // namespace consularia
