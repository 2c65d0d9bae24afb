// Directories that replace each other, and the state after a crash in between.

#include "infra/files.hpp"

#include "ledger/log/storage_error.hpp"
#include "tests/support/directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <sys/stat.h>

namespace consularia::infra {
namespace {

namespace fs = std::filesystem;
using test::read_whole_file;
using test::write_whole_file;
using testing::SizeIs;

class ReplaceDirectory : public testing::Test {
  protected:
    static void make(const fs::path& directory, const std::string& content) {
        fs::create_directory(directory);
        write_whole_file(directory / "file", content);
    }

    /// The content of the directory at `to_`. Checks that there is nothing else beside it.
    std::string left() const {
        EXPECT_THAT(test::files_ending_in(directory_.path(), ""), SizeIs(1));
        return read_whole_file(to_ / "file");
    }

    test::TemporaryDirectory directory_;
    fs::path from_ = directory_.path() / "read-store.new";
    fs::path to_ = directory_.path() / "read-store";
    fs::path aside_ = directory_.path() / "read-store.replaced";
};

TEST_F(ReplaceDirectory, PutsOneInThePlaceOfAnother) {
    make(from_, "new");
    make(to_, "old");
    replace_directory(from_, to_);
    EXPECT_EQ(left(), "new");
}

TEST_F(ReplaceDirectory, NeedsNoneToReplace) {
    make(from_, "new");
    replace_directory(from_, to_);
    EXPECT_EQ(left(), "new");
}

TEST_F(ReplaceDirectory, TakesPathsWithASlashAtTheEnd) {
    make(from_, "new");
    make(to_, "old");
    replace_directory(from_ / "", to_ / "");
    EXPECT_EQ(left(), "new");
}

TEST_F(ReplaceDirectory, NeedsOneToReplaceItWith) {
    make(to_, "old");
    EXPECT_THROW(replace_directory(from_, to_), ledger::StorageError);
    finish_replacing(from_, to_);
    EXPECT_EQ(left(), "old");
}

TEST_F(ReplaceDirectory, AnUnfinishedOneIsClearedAway) {
    make(from_, "unfinished");
    make(to_, "old");
    finish_replacing(from_, to_);
    EXPECT_EQ(left(), "old");
}

TEST_F(ReplaceDirectory, ACrashBetweenTheTwoRenamesIsCompleted) {
    make(from_, "new");
    make(aside_, "old");
    finish_replacing(from_, to_);
    EXPECT_EQ(left(), "new");
}

TEST_F(ReplaceDirectory, ACrashBeforeTheOldOneIsRemovedIsCompleted) {
    make(to_, "new");
    make(aside_, "old");
    finish_replacing(from_, to_);
    EXPECT_EQ(left(), "new");
}

TEST_F(ReplaceDirectory, AnOldOneAloneComesBack) {
    make(aside_, "old");
    finish_replacing(from_, to_);
    EXPECT_EQ(left(), "old");
}

TEST_F(ReplaceDirectory, ThereMayBeNothingToFinish) {
    finish_replacing(from_, to_);
    EXPECT_TRUE(fs::is_empty(directory_.path()));
}

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
