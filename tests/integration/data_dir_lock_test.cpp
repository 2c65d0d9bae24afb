#include "infra/data_dir_lock.hpp"

#include "ledger/log/storage_error.hpp"
#include "tests/support/directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

namespace consularia::infra {
namespace {

TEST(DataDirLock, IsHeldByOneAtATimeAndLetGoOf) {
    const test::TemporaryDirectory directory;
    {
        const DataDirLock first(directory.path());
        try {
            const DataDirLock second(directory.path());
            FAIL() << "locked twice";
        } catch (const ledger::StorageError& refusal) {
            EXPECT_STREQ(
                refusal.what(),
                ("the data directory " + directory.path().string() + " is in use by another process"
                )
                    .c_str()
            );
        }
    }
    const DataDirLock again(directory.path());
}

TEST(DataDirLock, KeepsOutAnotherProcess) {
    const test::TemporaryDirectory directory;
    const std::string command =
        "flock --nonblock " + (directory.path() / "LOCK").string() + " true";
    {
        const DataDirLock lock(directory.path());
        EXPECT_NE(std::system(command.c_str()), 0);
    }
    EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST(DataDirLock, NeedsADirectory) {
    const test::TemporaryDirectory directory;
    EXPECT_THROW(DataDirLock(directory.path() / "missing"), ledger::StorageError);
}

}  // namespace
}  // namespace consularia::infra
