#include "ledger/commands/admission.hpp"

#include "tests/support/domain_samples.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace consularia::ledger {
namespace {

const auto kOne = samples::organization_id(1);
const auto kOther = samples::organization_id(2);
const auto kThird = samples::organization_id(3);

TEST(AdmissionTest, AnOrganizationHasNoMoreCommandsWaitingThanItsShare) {
    Admission admission({.commands = 3, .commands_per_organization = 2});
    const auto first = admission.admit(kOne, 1);
    auto second = admission.admit(kOne, 1);
    EXPECT_TRUE(first && second);
    EXPECT_EQ(
        admission.admit(kOne, 1).error(), "Too many commands of the organization are waiting."
    );

    const auto others = admission.admit(kOther, 1);
    EXPECT_TRUE(others) << "the flood of one is no other's";
    EXPECT_EQ(admission.admit(kThird, 1).error(), "Too many commands are waiting.");
    EXPECT_EQ(admission.commands(), 3);

    *second = {};
    EXPECT_EQ(admission.commands(), 2);
    EXPECT_TRUE(admission.admit(kOne, 1)) << "room again, for as long as its ticket is held";
    EXPECT_TRUE(admission.admit(kThird, 1));
}

TEST(AdmissionTest, BytesAreLimitedToo) {
    Admission admission({.bytes = 100, .bytes_per_organization = 60});
    const auto first = admission.admit(kOne, 40);
    EXPECT_FALSE(admission.admit(kOne, 21));
    auto second = admission.admit(kOne, 20);
    EXPECT_TRUE(second);
    EXPECT_FALSE(admission.admit(kOther, 41));
    const auto others = admission.admit(kOther, 40);
    EXPECT_TRUE(others);
    *second = {};
    EXPECT_TRUE(admission.admit(kThird, 20));
}

TEST(AdmissionTest, TheOnlyOneIsAdmittedHoweverLargeItIs) {
    Admission admission({.bytes = 100, .bytes_per_organization = 10});
    auto large = admission.admit(kOne, 1000);
    EXPECT_TRUE(large);
    EXPECT_FALSE(admission.admit(kOther, 1));
    *large = {};
    EXPECT_TRUE(admission.admit(kOther, 1));
}

TEST(AdmissionTest, ATicketGivesItsRoomBackOnceHoweverItIsMoved) {
    Admission admission({.commands = 2});
    {
        std::vector<Admission::Ticket> tickets;
        tickets.push_back(*admission.admit(kOne, 1));
        tickets.push_back(*admission.admit(kOther, 1));
        std::swap(tickets[0], tickets[1]);
        tickets.erase(tickets.begin());
        EXPECT_EQ(admission.commands(), 1);
    }
    EXPECT_EQ(admission.commands(), 0);
}

}  // namespace
}  // namespace consularia::ledger
