#include "domain/appointment/door.hpp"

#include "tests/support/domain_samples.hpp"
#include "tests/unit/domain/given_when.hpp"

#include <gtest/gtest.h>

namespace consularia::domain {
namespace {

using namespace samples;

constexpr std::int64_t kQuarter = 15 * kMicrosPerMinute;
constexpr std::int64_t kYear = 365LL * 24 * 60 * kMicrosPerMinute;

/// The sample appointment, moved to this start.
Details starting(Timestamp start) {
    auto details = scheduled().details();
    details.start = start;
    return details;
}

Timestamp plus(Timestamp moment, std::int64_t micros) {
    return {moment.micros + micros};
}

TEST(Door, OpensAtTheMicrosecondAndEndsWithTheEnd) {
    const auto details = starting(kStart);
    const auto opens = opens_at(details, kQuarter);
    EXPECT_EQ(opens, later(kStart, -15));
    for (const auto status : {Status::scheduled, Status::active}) {
        EXPECT_EQ(door_of(status, details, kQuarter, kEarliest), Door::early);
        EXPECT_EQ(door_of(status, details, kQuarter, plus(opens, -1)), Door::early);
        EXPECT_EQ(door_of(status, details, kQuarter, opens), Door::open);
        EXPECT_EQ(door_of(status, details, kQuarter, kStart), Door::open);
        EXPECT_EQ(door_of(status, details, kQuarter, plus(kEnd, -1)), Door::open);
        EXPECT_EQ(door_of(status, details, kQuarter, kEnd), Door::ended);
        EXPECT_EQ(door_of(status, details, kQuarter, kLatest), Door::ended);
    }
}

TEST(Door, IsNeverOpenOnceTheAppointmentIsOver) {
    const auto details = starting(kStart);
    for (const auto status : {Status::completed, Status::missed}) {
        for (const auto now : {kEarliest, later(kStart, -15), kStart, plus(kEnd, -1), kEnd}) {
            EXPECT_EQ(door_of(status, details, kQuarter, now), Door::ended) << now.micros;
        }
    }
}

TEST(Door, OpensAtTheStartWhenThereIsNoTimeBefore) {
    const auto details = starting(kStart);
    EXPECT_EQ(opens_at(details, 0), kStart);
    EXPECT_EQ(door_of(Status::scheduled, details, 0, plus(kStart, -1)), Door::early);
    EXPECT_EQ(door_of(Status::scheduled, details, 0, kStart), Door::open);
}

TEST(Door, DoesNotOpenBeforeTime) {
    EXPECT_EQ(opens_at(starting(kEarliest), kQuarter), kEarliest);
    EXPECT_EQ(opens_at(starting(plus(kEarliest, kYear - 1)), kYear), kEarliest);
    EXPECT_EQ(opens_at(starting(plus(kEarliest, kYear)), kYear), kEarliest);
    EXPECT_EQ(opens_at(starting(plus(kEarliest, kYear + 1)), kYear), plus(kEarliest, 1));
    EXPECT_EQ(door_of(Status::scheduled, starting(kEarliest), kYear, kEarliest), Door::open);
}

TEST(Door, StaysOpenToTheEndAfterTheLastMoment) {
    const auto details = starting(kLatest);
    EXPECT_GT(details.end(), kLatest);
    EXPECT_EQ(door_of(Status::active, details, kQuarter, kLatest), Door::open);
}

}  // namespace
}  // namespace consularia::domain
