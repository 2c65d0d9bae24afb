// Partitions that do not answer, and the others.
#include "ledger/log/ends.hpp"

#include "ledger/log/storage_error.hpp"
#include "tests/support/memory_ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace consularia::ledger {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;
using Asked = std::vector<Partition>;

class EndsTest : public testing::Test {
  protected:
    EndsTest() {
        for (Partition partition = 0; partition < 6; ++partition) {
            for (Partition i = 0; i < partition; ++i) ledger.inject(partition, "garbage");
        }
        ledger.before_ends([this](auto partitions) {
            asked.emplace_back(partitions.begin(), partitions.end());
            for (const Partition partition : partitions) {
                if (silent.contains(partition)) throw StorageError("Nobody leads it.");
            }
        });
    }

    test::MemoryLedger ledger{{.partitions = 6}};
    Ends ends{ledger};
    std::set<Partition> silent;
    std::vector<Asked> asked;
};

TEST_F(EndsTest, AllThatIsAskedForIsOneQuestion) {
    EXPECT_THAT(ends.ask({1, 3, 5}), ElementsAre(Pair(1, 1), Pair(3, 3), Pair(5, 5)));
    EXPECT_THAT(asked, ElementsAre(Asked{1, 3, 5}));
}

TEST_F(EndsTest, APartitionThatDoesNotAnswerHoldsUpTheOthersOnce) {
    silent = {1};
    EXPECT_THAT(ends.ask({0, 1, 2}), ElementsAre(Pair(0, 0)));
    EXPECT_EQ(ends.problem(1).why, "Nobody leads it.");
    EXPECT_EQ(ends.problem(0).why, "") << "it has answered";
    EXPECT_THAT(asked, ElementsAre(Asked{0, 1, 2}, Asked{0}, Asked{1}));
    asked.clear();
    EXPECT_THAT(ends.ask({0, 1, 2}), ElementsAre(Pair(0, 0), Pair(2, 2)));
    EXPECT_THAT(asked, ElementsAre(Asked{0}, Asked{2}, Asked{1}));
    asked.clear();
    EXPECT_THAT(ends.ask({0, 2}), ElementsAre(Pair(0, 0), Pair(2, 2)));
    EXPECT_THAT(asked, ElementsAre(Asked{0, 2})) << "nobody asks for 1";
}

TEST_F(EndsTest, NoMoreThanOneThatDoesNotAnswerIsWaitedForAndEachHasItsTurn) {
    silent = {1, 2, 3};
    EXPECT_THAT(ends.ask({0, 1, 2, 3}), ElementsAre(Pair(0, 0)));
    std::multiset<Partition> alone;
    for (int i = 0; i < 6; ++i) {
        asked.clear();
        EXPECT_THAT(ends.ask({0, 1, 2, 3}), ElementsAre(Pair(0, 0)));
        ASSERT_EQ(asked.size(), 2U);
        EXPECT_EQ(asked[0], Asked{0});
        alone.insert(asked[1].front());
    }
    EXPECT_THAT(alone, UnorderedElementsAre(1, 1, 2, 2, 3, 3));
}

TEST_F(EndsTest, APartitionThatAnswersAgainIsAskedWithTheOthers) {
    silent = {0, 1, 2};
    EXPECT_THAT(ends.ask({0, 1, 2}), IsEmpty());
    silent.clear();
    EXPECT_THAT(ends.ask({0, 1, 2}), ElementsAre(Pair(0, 0), Pair(1, 1), Pair(2, 2)));
    asked.clear();
    EXPECT_THAT(ends.ask({0, 1, 2}), ElementsAre(Pair(0, 0), Pair(1, 1), Pair(2, 2)));
    EXPECT_THAT(asked, ElementsAre(Asked{0, 1, 2}));
}

}  // namespace
}  // namespace consularia::ledger
