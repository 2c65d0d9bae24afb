#include "projections/keys.hpp"

#include "projections/ranked_list.hpp"
#include "tests/support/domain_samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace consularia::projections {
namespace {

using namespace samples;

TEST(Keys, OrderMomentsAsTheyComeAlsoBefore1970) {
    std::vector<domain::Timestamp> ascending{domain::kEarliest};
    for (const int count : {-256, -1, 0, 1, 255, 256}) {
        ascending.emplace_back(std::chrono::microseconds(count));
    }
    ascending.insert(ascending.end(), {kStart, domain::kLatest});
    std::vector<std::string> places;
    for (const auto moment : ascending) places.push_back(keys::place(moment, appointment_id()));
    EXPECT_TRUE(std::is_sorted(places.begin(), places.end()));
    EXPECT_EQ(std::adjacent_find(places.begin(), places.end()), places.end());
}

TEST(Keys, OrderEqualStartsById) {
    EXPECT_LT(keys::place(kStart, appointment_id(1)), keys::place(kStart, appointment_id(2)));
    EXPECT_LT(keys::place(kStart, appointment_id(255)), keys::place(kStart, appointment_id(256)));
}

TEST(Keys, AStartStandsBeforeEveryAppointmentThatHasItAndAfterAllEarlierOnes) {
    const auto bound = keys::place(kStart);
    EXPECT_LT(bound, keys::place(kStart, domain::AppointmentId{}));
    domain::AppointmentId largest;
    largest.bytes.fill(0xff);
    EXPECT_GT(bound, keys::place(kStart - std::chrono::microseconds(1), largest));
}

TEST(Keys, OrderSequencesAsNumbers) {
    const auto org = organization_id();
    EXPECT_LT(keys::fact(org, 9), keys::fact(org, 10));
    EXPECT_LT(keys::fact(org, 255), keys::fact(org, 256));
    EXPECT_LT(keys::fact(org, 256), keys::fact(org, ~0ULL));
}

TEST(Keys, NoParticipantsListBeginsAsAnotherOne) {
    const auto org = organization_id();
    const auto ann = participant_list(org, "ann").prefix;
    const auto anna = participant_list(org, "anna").prefix;
    EXPECT_FALSE(anna.starts_with(ann));
    EXPECT_LT(ann + keys::place(domain::kLatest), anna);
}

TEST(Keys, GiveBackWhatTheyEndWith) {
    const auto org = organization_id(3);
    EXPECT_EQ(
        keys::appointment_in(start_list(org).prefix + keys::place(kStart, appointment_id(77))),
        appointment_id(77)
    );
    EXPECT_EQ(keys::sequence_in(keys::fact(org, 0x0102030405060708)), 0x0102030405060708U);
    EXPECT_EQ(keys::changed_by(keys::change(org, appointment_id(), 7)), 7U);
    EXPECT_LT(keys::change(org, appointment_id(), 8), keys::change(org, appointment_id(), 7));
    EXPECT_EQ(
        keys::participant_in(keys::joined(org, appointment_id(), participant_id(3))),
        participant_id(3)
    );
}

TEST(Keys, AfterAKeyThereIsRoomForNoOther) {
    EXPECT_EQ(keys::after("a"), std::string("a\0", 2));
}

TEST(Keys, AfterAllWithAPrefixComesTheNextPrefix) {
    EXPECT_EQ(keys::after_all("ab"), "ac");
    EXPECT_EQ(keys::after_all("a\xff\xff"), "b");
    EXPECT_EQ(keys::after_all("\xff\xff"), "") << "no upper bound";
}

TEST(Keys, TellTheTimeAndTheOrganizationOfAPlace) {
    for (const auto time : {kStart, domain::kEarliest, domain::kLatest}) {
        const auto place = keys::place(time, organization_id(7));
        EXPECT_EQ(keys::time_of_place(place), time);
        EXPECT_EQ(keys::organization_of_place(place), organization_id(7));
    }
}

TEST(Keys, NextDeadlinesOrderByPartitionThenTimeThenOrganization) {
    const auto key = [](ledger::Partition partition, domain::Timestamp time, std::uint32_t org) {
        return keys::partition(partition) + keys::place(time, organization_id(org));
    };
    const std::vector ascending{
        key(2, kEnd, 1), key(10, kStart, 9), key(10, kEnd, 1), key(10, kEnd, 2)};
    EXPECT_TRUE(std::is_sorted(ascending.begin(), ascending.end()));
}

}  // namespace
}  // namespace consularia::projections
