// A read store that is being built is synced when it has changed, and only then.

#include "node/building.hpp"

#include "tests/integration/stores_fixture.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

std::atomic<int> syncs = 0;

}  // namespace

/// What RocksDB calls in this program.
extern "C" int fdatasync(int file) {
    ++syncs;
    return static_cast<int>(::syscall(SYS_fdatasync, file));
}

namespace consularia::node {
namespace {

class BuildingTest : public StoresTest {};

TEST_F(BuildingTest, IsSyncedOnceForWhatWasApplied) {
    fill();
    const auto stores = open();
    const std::stop_token never;
    const auto kept = inputs();
    Building building(places_.beside, {dir_, kept, settings_, *stores.journal});
    const int before = syncs;
    ASSERT_TRUE(building.approach(never));
    const int after = syncs;
    EXPECT_GT(after, before);
    ASSERT_TRUE(building.approach(never)) << "the node waits for its brokers";
    EXPECT_EQ(syncs, after);
}

}  // namespace
}  // namespace consularia::node
