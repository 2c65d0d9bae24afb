// How a process shares out its file descriptors.

#include "infra/descriptors.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>

namespace consularia::infra {
namespace {

constexpr std::uint64_t kReserve = 72;
constexpr std::uint64_t kUsualLimits[] = {256, 512, 1024, 4096, 65'536, 1'048'576};

TEST(Descriptors, ConnectionsFitBesideFourDatabasesAndTheReserve) {
    for (const auto limit : kUsualLimits) {
        EXPECT_LE(connections_at(limit, kReserve) + 4 * table_files_at(limit) + kReserve, limit)
            << limit;
    }
}

TEST(Descriptors, ADatabaseHasSomeTableFilesAndNotMoreThanItCanUse) {
    EXPECT_EQ(table_files_at(0), 20U);
    EXPECT_EQ(table_files_at(1024), 64U);
    EXPECT_EQ(table_files_at(1'048'576), 512U);
}

TEST(Descriptors, EvenWhereNothingIsLeftSomebodyCanConnect) {
    EXPECT_EQ(connections_at(64, kReserve), 16U);
    EXPECT_EQ(connections_at(1024, 1'000'000), 16U);
}

TEST(Descriptors, AWiderLimitMeansMoreConnections) {
    std::size_t before = 0;
    for (std::uint64_t limit = 0; limit < 10'000; limit += 8) {
        const auto now = connections_at(limit, kReserve);
        EXPECT_GE(now, before) << limit;
        before = now;
    }
}

TEST(Descriptors, TheSoftLimitIsRaisedToTheHardOne) {
    rlimit limit{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
    const auto hard = limit.rlim_max;
    limit.rlim_cur = 128;
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
    EXPECT_EQ(descriptor_limit(), 128U);
    EXPECT_EQ(raise_descriptor_limit(), hard);
    EXPECT_EQ(descriptor_limit(), hard);
}

}  // namespace
}  // namespace consularia::infra
