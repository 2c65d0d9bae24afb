#include "domain/appointment/door.hpp"

#include "tests/support/domain_samples.hpp"
#include "tests/unit/domain/given_when.hpp"

#include <gtest/gtest.h>

namespace consularia::domain {
namespace {

using namespace samples;

constexpr std::chrono::minutes kQuarter{15};
constexpr std::chrono::days kYear{365};
constexpr std::chrono::microseconds kMoment{1};

/// The sample appointment, moved to this start.
Details starting(Timestamp start) {
    auto details = scheduled().details();
    details.start = start;
    return details;
}

TEST(Door, OpensAtTheMicrosecondAndEndsWithTheEnd) {
    const auto details = starting(kStart);
    const auto opens = opens_at(details, kQuarter);
    EXPECT_EQ(opens, later(kStart, -15));
    for (const auto status : {Status::scheduled, Status::active}) {
        EXPECT_EQ(door_of(status, details, kQuarter, kEarliest), Door::early);
        EXPECT_EQ(door_of(status, details, kQuarter, opens - kMoment), Door::early);
        EXPECT_EQ(door_of(status, details, kQuarter, opens), Door::open);
        EXPECT_EQ(door_of(status, details, kQuarter, kStart), Door::open);
        EXPECT_EQ(door_of(status, details, kQuarter, kEnd - kMoment), Door::open);
        EXPECT_EQ(door_of(status, details, kQuarter, kEnd), Door::ended);
        EXPECT_EQ(door_of(status, details, kQuarter, kLatest), Door::ended);
    }
}

TEST(Door, IsNeverOpenOnceTheAppointmentIsOver) {
    const auto details = starting(kStart);
    for (const auto status : {Status::completed, Status::missed}) {
        for (const auto now : {kEarliest, later(kStart, -15), kStart, kEnd - kMoment, kEnd}) {
            EXPECT_EQ(door_of(status, details, kQuarter, now), Door::ended) << format(now);
        }
    }
}

TEST(Door, OpensAtTheStartWhenThereIsNoTimeBefore) {
    const auto details = starting(kStart);
    EXPECT_EQ(opens_at(details, kQuarter.zero()), kStart);
    EXPECT_EQ(door_of(Status::scheduled, details, kQuarter.zero(), kStart - kMoment), Door::early);
    EXPECT_EQ(door_of(Status::scheduled, details, kQuarter.zero(), kStart), Door::open);
}

TEST(Door, DoesNotOpenBeforeTime) {
    EXPECT_EQ(opens_at(starting(kEarliest), kQuarter), kEarliest);
    EXPECT_EQ(opens_at(starting(kEarliest + kYear - kMoment), kYear), kEarliest);
    EXPECT_EQ(opens_at(starting(kEarliest + kYear), kYear), kEarliest);
    EXPECT_EQ(opens_at(starting(kEarliest + kYear + kMoment), kYear), kEarliest + kMoment);
    EXPECT_EQ(door_of(Status::scheduled, starting(kEarliest), kYear, kEarliest), Door::open);
}

TEST(Door, StaysOpenToTheEndAfterTheLastMoment) {
    const auto details = starting(kLatest);
    EXPECT_GT(details.end(), kLatest);
    EXPECT_EQ(door_of(Status::active, details, kQuarter, kLatest), Door::open);
}

}  // namespace
}  // namespace consularia::domain
