#include "ledger/record/acceptance.hpp"

#include "ledger/record/murmur2.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <ostream>
#include <string>
#include <utility>

namespace consularia::ledger {
namespace {

constexpr Sequence kLast = std::numeric_limits<Sequence>::max();
constexpr Partition kPartitions = 12;
const std::string kId = "01920a3c-0000-7000-8000-00000000000a";

domain::OrganizationId organization() {
    return domain::OrganizationId::parse(kId).value();
}

Partition home() {
    return partition_of(organization(), kPartitions);
}

TEST(Murmur2, GivesTheVectorsOfTheJavaClient) {
    const std::pair<const char*, std::int32_t> vectors[] = {
        {"21", -973932308},
        {"foobar", -790332482},
        {"a-little-bit-long-string", -985981536},
        {"a-little-bit-longer-string", -1486304829},
        {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
        {"abc", 479470107},
        {"", 275646681},
    };
    for (const auto& [key, hash] : vectors) {
        EXPECT_EQ(static_cast<std::int32_t>(murmur2(key)), hash) << key;
    }
}

TEST(Murmur2, TakesBytesAsUnsigned) {
    EXPECT_EQ(static_cast<std::int32_t>(murmur2("\xff\xfe\xfd")), 998637092);
    EXPECT_EQ(static_cast<std::int32_t>(murmur2("\xff\xfe\xfd\xfc\x80")), -247105293);
}

TEST(PartitionOf, ClearsTheSignAsToPositiveDoes) {
    const std::int32_t hash = static_cast<std::int32_t>(murmur2(kId));
    EXPECT_EQ(home(), static_cast<Partition>(hash & 0x7fffffff) % kPartitions);
    EXPECT_EQ(partition_of(organization(), 1), 0U);
}

TEST(IsFact, TakesTheFirstRecordOfAnOrganization) {
    EXPECT_TRUE(is_fact({organization(), 1, Hash{}}, Head{}, home(), kPartitions));
    EXPECT_FALSE(is_fact({organization(), 1, sha256("x")}, Head{}, home(), kPartitions));
    EXPECT_FALSE(is_fact({organization(), 0, Hash{}}, Head{}, home(), kPartitions));
    EXPECT_FALSE(is_fact({organization(), 2, Hash{}}, Head{}, home(), kPartitions));
}

TEST(IsFact, NeedsTheNextSequenceAndTheHashOfTheHead) {
    const Head head{7, sha256("seven"), {}};
    EXPECT_TRUE(is_fact({organization(), 8, head.hash}, head, home(), kPartitions));
    EXPECT_FALSE(is_fact({organization(), 8, sha256("other")}, head, home(), kPartitions));
    EXPECT_FALSE(is_fact({organization(), 7, head.hash}, head, home(), kPartitions));
    EXPECT_FALSE(is_fact({organization(), 9, head.hash}, head, home(), kPartitions));
    EXPECT_FALSE(is_fact({organization(), 1, Hash{}}, head, home(), kPartitions));
}

TEST(IsFact, NeedsThePartitionOfTheOrganization) {
    const ChainLink link{organization(), 1, Hash{}};
    for (Partition partition = 0; partition < kPartitions; ++partition) {
        EXPECT_EQ(is_fact(link, Head{}, partition, kPartitions), partition == home());
    }
}

TEST(IsFact, EndsAtTheLargestSequence) {
    const Head almost{kLast - 1, sha256("x"), {}};
    const Head end{kLast, sha256("x"), {}};
    EXPECT_TRUE(is_fact({organization(), kLast, almost.hash}, almost, home(), kPartitions));
    EXPECT_FALSE(is_fact({organization(), 0, end.hash}, end, home(), kPartitions));
    EXPECT_FALSE(is_fact({organization(), 1, end.hash}, end, home(), kPartitions));
    EXPECT_FALSE(is_fact({organization(), kLast, end.hash}, end, home(), kPartitions));
}

struct Possibility {
    const char* claim;
    Sequence sequence;
    Hash prevhash;
    Head head;
    bool possible;
};

void PrintTo(const Possibility& possibility, std::ostream* out) {  // NOLINT: gtest's name
    *out << possibility.claim;
}

class MayBecomeFact : public testing::TestWithParam<Possibility> {};

TEST_P(MayBecomeFact, FollowsTheHead) {
    const Possibility& it = GetParam();
    EXPECT_EQ(may_become_fact({organization(), it.sequence, it.prevhash}, it.head), it.possible);
}

const Hash kRight = sha256("right");
const Hash kOther = sha256("other");

INSTANTIATE_TEST_SUITE_P(
    Table,
    MayBecomeFact,
    testing::Values(
        Possibility{"NextOnTheHead", 8, kRight, {7, kRight, {}}, true},
        Possibility{"NextOnAnotherHead", 8, kRight, {7, kOther, {}}, false},
        Possibility{"PredecessorIsStillToCome", 8, kRight, {6, kOther, {}}, true},
        Possibility{"FarAhead", 8, kRight, {0, Hash{}, {}}, true},
        Possibility{"HeadReachedIt", 8, kRight, {8, kOther, {}}, false},
        Possibility{"HeadPassedIt", 8, kRight, {9, kRight, {}}, false},
        Possibility{"First", 1, Hash{}, {0, Hash{}, {}}, true},
        Possibility{"FirstWithAPredecessor", 1, kRight, {0, Hash{}, {}}, false},
        Possibility{"FirstTooLate", 1, Hash{}, {1, kRight, {}}, false},
        Possibility{"SequenceZero", 0, Hash{}, {0, Hash{}, {}}, false},
        Possibility{"Last", kLast, kRight, {kLast - 1, kRight, {}}, true},
        Possibility{"AfterTheLast", kLast, kRight, {kLast, kRight, {}}, false},
        Possibility{"ZeroAfterTheLast", 0, kRight, {kLast, kRight, {}}, false}
    ),
    [](const auto& possibility) { return std::string(possibility.param.claim); }
);

TEST(IsFact, ImpliesThatItMayBecomeOne) {
    for (const Sequence sequence : {Sequence{1}, Sequence{2}, kLast}) {
        const Head head{sequence - 1, sequence == 1 ? Hash{} : kRight, {}};
        const ChainLink link{organization(), sequence, head.hash};
        EXPECT_TRUE(is_fact(link, head, home(), kPartitions));
        EXPECT_TRUE(may_become_fact(link, head));
    }
}

}  // namespace
}  // namespace consularia::ledger
