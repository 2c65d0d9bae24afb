// A sync that failed once: its batch's fate is unknown, and nothing is appended after it until the
// next start, because a sync that succeeds later proves nothing about it.

#include "infra/rocks/ledger.hpp"
#include "tests/integration/ledger_damage.hpp"
#include "tests/support/directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace consularia::infra::rocks {
namespace {

namespace fs = std::filesystem;
using ledger::NotAppended;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// The faults of the write-ahead log, and how often it was synced.
struct Faults {
    std::atomic<bool> fail_syncs = false;
    std::atomic<int> syncs = 0;
    std::atomic<int> writes = 0;
};

class FaultyLog final : public rocksdb::FSWritableFileOwnerWrapper {
  public:
    FaultyLog(std::unique_ptr<rocksdb::FSWritableFile> file, Faults& faults)
        : FSWritableFileOwnerWrapper(std::move(file)), faults_(faults) {}

    using FSWritableFileOwnerWrapper::Append;

    rocksdb::IOStatus Append(
        const rocksdb::Slice& data,
        const rocksdb::IOOptions& options,
        rocksdb::IODebugContext* debug
    ) override {
        ++faults_.writes;
        return FSWritableFileOwnerWrapper::Append(data, options, debug);
    }

    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug)
        override {
        ++faults_.syncs;
        if (faults_.fail_syncs) return rocksdb::IOStatus::IOError("injected sync failure");
        return FSWritableFileOwnerWrapper::Sync(options, debug);
    }

  private:
    Faults& faults_;
};

class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
  public:
    explicit FaultyFileSystem(Faults& faults)
        : FileSystemWrapper(rocksdb::FileSystem::Default()), faults_(faults) {}

    const char* Name() const override { return "FaultyFileSystem"; }

    rocksdb::IOStatus NewWritableFile(
        const std::string& name,
        const rocksdb::FileOptions& options,
        std::unique_ptr<rocksdb::FSWritableFile>* file,
        rocksdb::IODebugContext* debug
    ) override {
        auto status = FileSystemWrapper::NewWritableFile(name, options, file, debug);
        if (status.ok() && name.ends_with(".log")) {
            *file = std::make_unique<FaultyLog>(std::move(*file), faults_);
        }
        return status;
    }

  private:
    Faults& faults_;
};

class FailedSync : public testing::Test {
  protected:
    std::unique_ptr<ledger::Ledger> open() {
        EmbeddedLedgerOptions options;
        options.env = env_.get();
        options.retry = {};  // at once
        return open_embedded_ledger(directory_.path() / "ledger", {}, options);
    }

    static void expect_refused(ledger::Ledger& ledger, const std::vector<std::string>& values) {
        const auto result = ledger.append(0, values);
        const auto* refused = std::get_if<NotAppended>(&result);
        ASSERT_NE(refused, nullptr);
        EXPECT_EQ(refused->reason, NotAppended::Reason::failed);
        EXPECT_THAT(refused->why, HasSubstr("injected"));
        EXPECT_TRUE(refused->until_restart);
    }

    test::TemporaryDirectory directory_;
    Faults faults_;
    std::unique_ptr<rocksdb::Env> env_ =
        rocksdb::NewCompositeEnv(std::make_shared<FaultyFileSystem>(faults_));
};

const std::vector<std::string> kDoubtful{test::value_of(10), test::value_of(11)};

TEST_F(FailedSync, LeavesTheFateUnknownAndRefusesEveryLaterAppend) {
    const auto ledger = open();
    test::append_records(*ledger, 0, 10);
    const auto tail = ledger->tail(0, 0, {});
    EXPECT_EQ(tail->next(100).size(), 10U);

    faults_.fail_syncs = true;
    EXPECT_TRUE(std::holds_alternative<ledger::FateUnknown>(ledger->append(0, kDoubtful)));
    faults_.fail_syncs = false;
    const int syncs = faults_.syncs;
    const int writes = faults_.writes;
    expect_refused(*ledger, kDoubtful);  // the partition processor sends the same once more
    expect_refused(*ledger, {"something else"});
    expect_refused(*ledger, {});
    EXPECT_EQ(faults_.syncs, syncs) << "the sync was retried";
    EXPECT_EQ(faults_.writes, writes);
    EXPECT_THAT(tail->next(100), IsEmpty());
    EXPECT_THAT(ledger->ends(), ElementsAre(10U));
}

TEST_F(FailedSync, IsOverAtTheNextStartWhereTheBatchIsThereOrNot) {
    {
        const auto ledger = open();
        test::append_records(*ledger, 0, 10);
        faults_.fail_syncs = true;
        EXPECT_TRUE(std::holds_alternative<ledger::FateUnknown>(ledger->append(0, kDoubtful)));
    }
    faults_.fail_syncs = false;
    const auto ledger = open();
    const ledger::Position end = ledger->ends().at(0);
    EXPECT_TRUE(end == 10 || end == 12) << end;
    test::append_records(*ledger, end, 20);
    ledger::Position position = 0;
    for (const auto& entry : ledger->tail(0, 0, {})->next(100)) {
        EXPECT_EQ(entry.value, test::value_of(position++));
    }
    EXPECT_EQ(position, 20U);
}

}  // namespace
}  // namespace consularia::infra::rocks
