// A database is opened beside a process that writes it: what is taken is one state of it.

#include "infra/rocks/store_damaged.hpp"
#include "infra/rocks/support.hpp"
#include "tests/support/directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace consularia::infra::rocks {
namespace {

class OpenUnchanged : public testing::Test {
  protected:
    /// As a writer does when it moves rows from its log into a table.
    void change_files() { std::ofstream(directory_.path() / std::to_string(++files_)); }

    /// What is opened, by the number of the attempt.
    template <class Open>
    int open(const Open& attempt) {
        return open_unchanged<StoreDamaged>(directory_.path(), "the store", [&] {
            attempt(++attempts_);
            return attempts_;
        });
    }

    test::TemporaryDirectory directory_;
    int attempts_ = 0;

  private:
    int files_ = 0;
};

TEST_F(OpenUnchanged, TakesTheFirstAttemptIfNobodyWrites) {
    EXPECT_EQ(open([](int) {}), 1);
}

TEST_F(OpenUnchanged, TriesAgainWhileFilesChange) {
    const auto opened = open([&](int attempt) {
        if (attempt < 3) change_files();
    });
    EXPECT_EQ(opened, 3);
}

TEST_F(OpenUnchanged, TakesDamageForAChangeIfFilesChanged) {
    const auto opened = open([&](int attempt) {
        if (attempt > 1) return;
        change_files();
        throw StoreDamaged("rows are missing");
    });
    EXPECT_EQ(opened, 2);
}

TEST_F(OpenUnchanged, ReportsDamageAtOnceIfNoFileChanged) {
    EXPECT_THROW(open([](int) { throw StoreDamaged("rows are missing"); }), StoreDamaged);
    EXPECT_EQ(attempts_, 1);
}

TEST_F(OpenUnchanged, RefusesWhatChangesEachTime) {
    try {
        open([&](int) { change_files(); });
        FAIL() << "it took one of many states";
    } catch (const ledger::StorageError& error) {
        EXPECT_NE(std::string(error.what()).find("changes while it is opened"), std::string::npos);
    }
    EXPECT_EQ(attempts_, kAttempts);
}

}  // namespace
}  // namespace consularia::infra::rocks
