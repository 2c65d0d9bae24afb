#include "infra/crypto/ids.hpp"

#include "infra/system_clock.hpp"
#include "tests/support/manual_clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace consularia::infra {
namespace {

using domain::UuidBytes;

std::int64_t millis_of(const UuidBytes& id) {
    std::int64_t millis = 0;
    for (std::size_t i = 0; i < 6; ++i) millis = millis << 8 | id[i];
    return millis;
}

std::int64_t millis_of(const ledger::Clock& clock) {
    const auto time = clock.now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

void expect_version(const UuidBytes& id, int version) {
    EXPECT_EQ(id[6] >> 4, version);
    EXPECT_EQ(id[8] >> 6, 0b10);
}

TEST(IdSource, MakesVersionSevenOfTheClocksMillisecond) {
    test::ManualClock clock;
    IdSource ids(clock);
    const UuidBytes id = ids.next();
    expect_version(id, 7);
    EXPECT_EQ(millis_of(id), millis_of(clock));
    clock.advance(std::chrono::milliseconds(5));
    EXPECT_EQ(millis_of(ids.next()), millis_of(clock));
}

TEST(IdSource, EachIsAfterTheOneBeforeWhileTheClockStandsStill) {
    test::ManualClock clock;
    IdSource ids(clock);
    UuidBytes last = ids.next();
    for (int i = 0; i < 100'000; ++i) {
        const UuidBytes next = ids.next();
        ASSERT_LT(last, next);
        last = next;
    }
    expect_version(last, 7);
    EXPECT_EQ(millis_of(last), millis_of(clock));
}

TEST(IdSource, EachIsAfterTheOneBeforeWhenTheClockGoesBack) {
    test::ManualClock clock;
    IdSource ids(clock);
    const UuidBytes before = ids.next();
    clock.set_wall(clock.now() - std::chrono::hours(1));
    EXPECT_LT(before, ids.next());
    clock.set_wall(domain::Timestamp(std::chrono::microseconds(-1)));
    EXPECT_LT(before, ids.next());
}

TEST(IdSource, SourcesOfTheSameMomentMakeDifferentOnes) {
    test::ManualClock clock;
    std::set<UuidBytes> seen;
    for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(IdSource(clock).next()).second);
}

TEST(IdSource, TheRandomBitsOfEachAreItsOwn) {
    constexpr std::size_t kMany = 1000;
    constexpr std::size_t kTail = 4;
    test::ManualClock clock;
    IdSource ids(clock);
    std::set<std::vector<std::uint8_t>> tails;
    for (std::size_t i = 0; i < kMany; ++i) {
        const UuidBytes id = ids.next();
        tails.emplace(id.end() - kTail, id.end());
    }
    EXPECT_GE(tails.size(), kMany - 2) << "two of 32 bits may be the same, rarely";
}

TEST(IdSource, ThreadsNeverGetTheSame) {
    const SystemClock clock;
    IdSource ids(clock);
    std::vector<std::vector<UuidBytes>> made(4);
    std::vector<std::thread> threads;
    for (auto& mine : made) {
        threads.emplace_back([&ids, &mine] {
            for (int i = 0; i < 5000; ++i) mine.push_back(ids.next());
        });
    }
    for (auto& thread : threads) thread.join();
    std::set<UuidBytes> all;
    for (const auto& mine : made) {
        EXPECT_TRUE(std::ranges::is_sorted(mine));
        all.insert(mine.begin(), mine.end());
    }
    EXPECT_EQ(all.size(), 20'000U);
}

TEST(IdSource, MakesIdsOfAnyKind) {
    test::ManualClock clock;
    IdSource ids(clock);
    const auto id = ids.next<domain::AppointmentId>();
    EXPECT_EQ(domain::AppointmentId::parse(id.to_string()), id);
}

TEST(RandomUuid, IsVersionFour) {
    std::set<UuidBytes> seen;
    for (int i = 0; i < 1000; ++i) {
        const UuidBytes id = random_uuid();
        expect_version(id, 4);
        EXPECT_TRUE(seen.insert(id).second);
    }
}

TEST(RandomSecret, Is192BitsOfUrlSafeText) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string secret = random_secret();
        EXPECT_EQ(secret.size(), 32U);
        EXPECT_EQ(
            secret.find_first_not_of(
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            ),
            std::string::npos
        );
        EXPECT_TRUE(seen.insert(secret).second);
    }
}

TEST(SystemClock, TellsTheTime) {
    const SystemClock clock;
    EXPECT_GT(clock.now(), domain::Timestamp(std::chrono::seconds(1'700'000'000)));
    const auto before = clock.steady();
    EXPECT_LE(before, clock.steady());
}

}  // namespace
}  // namespace consularia::infra
