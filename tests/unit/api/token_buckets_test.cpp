#include "api/token_buckets.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace consularia::api {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class TokenBucketsTest : public testing::Test {
  protected:
    bool may_come(TokenBuckets& some, const std::string& key = "key") {
        return some.take(key, now).allowed;
    }

    ledger::Clock::Steady now{std::chrono::hours(1)};
    TokenBuckets buckets{"test", 30};
};

TEST_F(TokenBucketsTest, TheQuotaOfAMinuteIsThereAtOnceAndComesBackEvenly) {
    for (int i = 0; i < 30; ++i) EXPECT_TRUE(may_come(buckets)) << i;
    EXPECT_FALSE(may_come(buckets));
    now += milliseconds(1999);
    EXPECT_FALSE(may_come(buckets));
    now += milliseconds(1);
    EXPECT_TRUE(may_come(buckets));
    EXPECT_FALSE(may_come(buckets));
    now += seconds(600);
    for (int i = 0; i < 30; ++i) EXPECT_TRUE(may_come(buckets)) << i;
    EXPECT_FALSE(may_come(buckets)) << "no more than a minute's is kept";
}

TEST_F(TokenBucketsTest, TheStandingSaysWhatIsLeftAndUntilWhen) {
    const auto first = buckets.take("key", now);
    EXPECT_EQ(first.policy, "test");
    EXPECT_EQ(first.quota, 30);
    EXPECT_TRUE(first.allowed);
    EXPECT_EQ(first.remaining, 29);
    EXPECT_EQ(first.full_after, seconds(2));

    for (int i = 0; i < 29; ++i) (void)buckets.take("key", now);
    now += milliseconds(500);
    const auto refused = buckets.take("key", now);
    EXPECT_FALSE(refused.allowed);
    EXPECT_EQ(refused.remaining, 0);
    EXPECT_EQ(refused.full_after, seconds(60));
    EXPECT_EQ(refused.retry_after, seconds(2));
    now += milliseconds(1000);
    EXPECT_EQ(buckets.take("key", now).retry_after, seconds(1));
}

TEST_F(TokenBucketsTest, EachKeyHasABucketOfItsOwn) {
    while (may_come(buckets, "one")) continue;
    EXPECT_TRUE(may_come(buckets, "other"));
}

TEST_F(TokenBucketsTest, FullBucketsAreForgotten) {
    for (int i = 0; i < 1000; ++i) (void)may_come(buckets, std::to_string(i));
    EXPECT_EQ(buckets.size(), 1000);
    now += seconds(2);
    for (int i = 0; i < 1000; ++i) (void)may_come(buckets, "new " + std::to_string(i));
    EXPECT_EQ(buckets.size(), 1000);
    now += seconds(2);
    for (int i = 0; i < 501; ++i) (void)may_come(buckets, "newer " + std::to_string(i));
    EXPECT_EQ(buckets.size(), 501);
}

TEST_F(TokenBucketsTest, NewcomersPushEachOtherOutAndNotKeysThatAreUsedUp) {
    TokenBuckets few("test", 30, 100);
    while (may_come(few, "guesser")) continue;
    for (int i = 0; i < 100'000; ++i) {
        ASSERT_TRUE(may_come(few, std::to_string(i)));
        ASSERT_LE(few.size(), 100);
    }
    EXPECT_FALSE(may_come(few, "guesser"));
}

}  // namespace
}  // namespace consularia::api
