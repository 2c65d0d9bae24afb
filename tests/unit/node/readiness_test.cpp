#include "node/readiness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace consularia::node {
namespace {

using namespace std::chrono_literals;
using ledger::Part;
using ledger::Reach;
using ledger::Trouble;
using testing::ElementsAre;
using testing::IsEmpty;
using Steady = ledger::Clock::Steady;

constexpr Steady kNow{100s};
constexpr Steady kSince{88s};
const std::vector<PartitionState> kAllServe(3, PartitionState{true, Steady::max()});

Trouble trouble(std::optional<ledger::Partition> partition, Part part, Reach reach = Reach::node) {
    return {{partition, part}, kSince, "so it is", reach};
}

TEST(Readiness, WithoutTroubleItIsReady) {
    const auto readiness = judge({}, kAllServe, kNow);
    EXPECT_THAT(readiness.faults, IsEmpty());
    EXPECT_THAT(readiness.degraded, IsEmpty());
    EXPECT_EQ(join(readiness.faults), "");
}

TEST(Readiness, WhatIsWrongWithTheNodeOrItsShareOfAPartitionMakesItUnready) {
    for (const auto& one :
         {trouble({}, Part::brokers),
          trouble({}, Part::flush),
          trouble({}, Part::storage),
          trouble({}, Part::tables),
          trouble(1, Part::append),
          trouble(1, Part::apply),
          trouble(1, Part::lag),
          trouble(1, Part::tail)}) {
        EXPECT_THAT(judge({one}, kAllServe, kNow).faults, ElementsAre(to_words(one, kNow)));
    }
}

TEST(Readiness, ANodeThatCannotDeliverWebhooksServesAllTheSame) {
    const auto readiness = judge({trouble({}, Part::webhooks)}, kAllServe, kNow);
    EXPECT_THAT(readiness.faults, IsEmpty());
    EXPECT_THAT(readiness.degraded, ElementsAre("webhooks: failing for 12 s: so it is"));
}

TEST(Readiness, APartitionThatFailsEverywhereIsNamedAndSpeaksForAllThatFailsInIt) {
    const auto readiness = judge(
        {trouble(1, Part::tail, Reach::everywhere),
         trouble(1, Part::append),
         trouble(1, Part::lag)},
        kAllServe,
        kNow
    );
    EXPECT_THAT(readiness.faults, IsEmpty());
    EXPECT_THAT(
        readiness.degraded,
        ElementsAre(
            "partition 1, tail: failing for 12 s: so it is",
            "partition 1, append: failing for 12 s: so it is",
            "partition 1, lag: failing for 12 s: so it is"
        )
    );
}

TEST(Readiness, WhenAllPartitionsFailEverywhereTheNodeIsTheLikelierCause) {
    std::vector<Trouble> troubles;
    for (ledger::Partition partition = 0; partition < 3; ++partition) {
        troubles.push_back(trouble(partition, Part::lag, Reach::everywhere));
    }
    const auto readiness = judge(troubles, kAllServe, kNow);
    EXPECT_EQ(readiness.faults.size(), 3U);
    EXPECT_THAT(readiness.degraded, IsEmpty());
}

TEST(Readiness, AnAppendThatFailsCountsOnceThePartitionHasReportedItsEndSince) {
    auto states = kAllServe;
    states[1].end_known_at = kSince;
    EXPECT_THAT(judge({trouble(1, Part::append)}, states, kNow).faults, IsEmpty());
    EXPECT_EQ(judge({trouble(1, Part::append)}, states, kNow).degraded.size(), 1U);
    states[1].end_known_at = kSince + 1s;
    EXPECT_EQ(judge({trouble(1, Part::append)}, states, kNow).faults.size(), 1U);
}

TEST(Readiness, APartitionThatIsBeingReadKeepsItUnreadyUnlessNobodyCanReadIt) {
    auto states = kAllServe;
    states[2].serves = false;
    EXPECT_THAT(judge({}, states, kNow).faults, ElementsAre("partition 2 is being read"));
    const auto sick = trouble(2, Part::tail, Reach::everywhere);
    EXPECT_THAT(judge({sick}, states, kNow).faults, IsEmpty());
}

TEST(Readiness, OfManyReasonsTheFirstAreReported) {
    EXPECT_EQ(join({"a", "b", "c", "d"}), "a; b; c; d");
    EXPECT_EQ(join({"a", "b", "c", "d", "e", "f"}), "a; b; c; d; and 2 more");
}

}  // namespace
}  // namespace consularia::node
