// Files and directories that belong to their owner alone.

#include "infra/files.hpp"

#include "base/check.hpp"
#include "infra/private_files.hpp"
#include "ledger/log/storage_error.hpp"
#include "tests/support/directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

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

/// While it lives, this process acts as a user who is not root.
class OrdinaryUser {
  public:
    OrdinaryUser() : was_root_(::geteuid() == 0) {
        if (was_root_) CHECK(::seteuid(kNobody) == 0);
    }

    OrdinaryUser(const OrdinaryUser&) = delete;
    OrdinaryUser& operator=(const OrdinaryUser&) = delete;

    ~OrdinaryUser() {
        if (was_root_) CHECK(::seteuid(0) == 0);
    }

    /// Gives it to the ordinary user.
    static void give(const fs::path& path) {
        if (::geteuid() == 0) CHECK(::chown(path.c_str(), kNobody, kNobody) == 0);
    }

  private:
    static constexpr uid_t kNobody = 65534;

    const bool was_root_;
};

TEST(PrivateDirectory, MayContainDirectoriesThatAnotherUserHasClosed) {
    const test::TemporaryDirectory directory;
    const fs::path open = directory.path() / "open";
    for (const auto& path : {open, directory.path() / "closed"}) {
        fs::create_directory(path);
        fs::permissions(path, fs::perms::owner_all);
    }
    OrdinaryUser::give(directory.path());
    OrdinaryUser::give(open);
    fs::permissions(open, fs::perms::all);
    {
        const OrdinaryUser user;
        make_private_directory(directory.path());
    }
    EXPECT_EQ(fs::status(open).permissions(), fs::perms::owner_all);
}

TEST(PrivateDirectory, OfAnotherUserIsNotWrittenTo) {
    const test::TemporaryDirectory directory;
    expect_to_own(directory.path());
    expect_to_own(directory.path() / "missing");
    OrdinaryUser::give(directory.path());
    const bool is_root = ::geteuid() == 0;
    EXPECT_THROW(expect_to_own(is_root ? directory.path() : "/"), ledger::StorageError);
    const OrdinaryUser user;
    expect_to_own(directory.path());
}

}  // namespace
}  // namespace consularia::infra
