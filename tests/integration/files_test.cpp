// Files that belong to their owner alone.

#include "infra/files.hpp"

#include "ledger/log/storage_error.hpp"
#include "tests/support/directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <sys/stat.h>

namespace consularia::infra {
namespace {

namespace fs = std::filesystem;
using test::read_whole_file;

TEST(NewPrivateFile, IsItsOwnersAloneAndNeverOverwritten) {
    const test::TemporaryDirectory directory;
    const fs::path file = directory.path() / "file";
    const mode_t before = ::umask(0);
    write_new_private_file(file, "content");
    (void)::umask(before);
    EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_THROW(write_new_private_file(file, "other"), ledger::StorageError);
    EXPECT_EQ(read_whole_file(file), "content");
    EXPECT_THROW(
        write_new_private_file(directory.path() / "missing" / "file", ""), ledger::StorageError
    );
}

}  // namespace
}  // namespace consularia::infra
