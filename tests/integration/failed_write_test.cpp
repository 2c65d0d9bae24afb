// Writes that fail because there is no space, no quota or no file descriptor left: after that,
// ledger and read store work again without a restart, and nothing that was acknowledged is lost.

#include "infra/rocks/ledger.hpp"
#include "infra/rocks/read_store.hpp"
#include "tests/integration/ledger_damage.hpp"
#include "tests/support/directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>
#include <variant>
#include <vector>

namespace consularia::infra::rocks {
namespace {

namespace fs = std::filesystem;
using ledger::Appended;
using ledger::Position;
using projections::Table;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

/// The operation that fails at the moment.
struct Faults {
    std::atomic<bool> opens = false;
    std::atomic<bool> log_writes = false;    ///< After half of the bytes.
    std::atomic<bool> table_writes = false;  ///< The manifest's too.
};

class FaultyFile final : public rocksdb::FSWritableFileOwnerWrapper {
  public:
    FaultyFile(std::unique_ptr<rocksdb::FSWritableFile> file, const std::atomic<bool>& fails)
        : FSWritableFileOwnerWrapper(std::move(file)), fails_(fails) {}

    using FSWritableFileOwnerWrapper::Append;

    IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, IODebugContext* debug)
        override {
        if (!fails_) return FSWritableFileOwnerWrapper::Append(data, options, debug);
        const rocksdb::Slice half(data.data(), data.size() / 2);
        (void)FSWritableFileOwnerWrapper::Append(half, options, debug);
        return IOStatus::NoSpace("injected");
    }

  private:
    const std::atomic<bool>& fails_;
};

class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
  public:
    explicit FaultyFileSystem(const Faults& faults)
        : FileSystemWrapper(rocksdb::FileSystem::Default()), faults_(faults) {}

    const char* Name() const override { return "FaultyFileSystem"; }

    IOStatus NewWritableFile(
        const std::string& name,
        const rocksdb::FileOptions& options,
        std::unique_ptr<rocksdb::FSWritableFile>* file,
        IODebugContext* debug
    ) override {
        if (faults_.opens) return IOStatus::IOError("injected: too many open files");
        auto status = FileSystemWrapper::NewWritableFile(name, options, file, debug);
        if (!status.ok()) return status;
        const auto& fails = name.ends_with(".log") ? faults_.log_writes : faults_.table_writes;
        *file = std::make_unique<FaultyFile>(std::move(*file), fails);
        return status;
    }

  private:
    const Faults& faults_;
};

/// Large enough for a few to fill a write buffer, so that files have to be made.
std::string large_value(Position position) {
    return std::to_string(position) + std::string(4 << 20, '.');
}

class FailedWrite : public testing::Test {
  protected:
    std::unique_ptr<ledger::Ledger> open() {
        EmbeddedLedgerOptions options;
        options.env = env_.get();
        options.retry = {};
        options.min_free_bytes = 0;
        return open_embedded_ledger(directory_.path() / "ledger", {}, options);
    }

    /// Appends one record as a partition's processor does: the same until it is there.
    static bool append(ledger::Ledger& ledger, Position position) {
        const auto result = ledger.append(0, std::vector{large_value(position)});
        return std::holds_alternative<Appended>(result) || ledger.end(0) > position;
    }

    /// Until one fails.
    static void append_until_failure(ledger::Ledger& ledger) {
        for (int tries = 0; tries < 64; ++tries) {
            if (!append(ledger, ledger.end(0))) return;
        }
        ADD_FAILURE() << "nothing failed";
    }

    static void append_some(ledger::Ledger& ledger, int count) {
        for (int tries = 0; tries < 3 * count && count > 0; ++tries) {
            if (append(ledger, ledger.end(0))) --count;
        }
        EXPECT_EQ(count, 0) << "it did not resume";
    }

    static void expect_all(ledger::Ledger& ledger, Position end) {
        EXPECT_EQ(ledger.end(0), end);
        const auto tail = ledger.tail(0, 0, {});
        Position position = 0;
        for (auto some = tail->next(4); !some.empty(); some = tail->next(4)) {
            for (const auto& entry : some) EXPECT_EQ(entry.value, large_value(position++));
        }
        EXPECT_EQ(position, end);
    }

    void expect_resumption(std::atomic<bool>& fault, int rounds) {
        Position end = 0;
        {
            const auto ledger = open();
            const auto tail = ledger->tail(0, 0, {});
            append_some(*ledger, 1);
            for (int round = 0; round < rounds; ++round) {
                fault = true;
                append_until_failure(*ledger);
                EXPECT_FALSE(append(*ledger, ledger->end(0)));
                fault = false;
                append_some(*ledger, 2);
            }
            end = ledger->end(0);
            expect_all(*ledger, end);
            EXPECT_FALSE(tail->next(100).empty());
        }
        expect_all(*open(), end);
    }

    test::TemporaryDirectory directory_;
    Faults faults_;
    std::unique_ptr<rocksdb::Env> env_ =
        rocksdb::NewCompositeEnv(std::make_shared<FaultyFileSystem>(faults_));
};

TEST_F(FailedWrite, OfTheLogIsOverWhenThereIsSpaceAgainAndLeavesNoHole) {
    expect_resumption(faults_.log_writes, 3);
}

TEST_F(FailedWrite, OfTheLogRightAfterAStartLeavesNoHoleEither) {
    const auto ledger = open();
    faults_.log_writes = true;
    EXPECT_FALSE(append(*ledger, 0));
    faults_.log_writes = false;
    append_some(*ledger, 3);
    fs::copy(directory_.path() / "ledger", directory_.path() / "killed");
    const auto reader = open_embedded_ledger_read_only(directory_.path() / "killed");
    expect_all(*reader, 3);
}

TEST_F(FailedWrite, OfATableIsOverWhenThereIsSpaceAgain) {
    expect_resumption(faults_.table_writes, 1);
}

TEST_F(FailedWrite, ForWantOfAFileIsOverWhenItCanBeOpened) {
    expect_resumption(faults_.opens, 1);
}

TEST_F(FailedWrite, ForWantOfAFileIsOverForReadersTooWithoutAnAppend) {
    const auto ledger = open();
    append_some(*ledger, 1);
    faults_.opens = true;
    append_until_failure(*ledger);
    EXPECT_FALSE(append(*ledger, ledger->end(0)));
    EXPECT_THROW((void)ledger->tail(0, 0, {})->next(1), ledger::StorageError);
    faults_.opens = false;
    expect_all(*ledger, ledger->end(0));
}

/// Leaves the process no file descriptor.
class NoDescriptors {
  public:
    NoDescriptors() {
        (void)::getrlimit(RLIMIT_NOFILE, &before_);
        const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        (void)::close(next);
        auto limit = before_;
        limit.rlim_cur = static_cast<rlim_t>(next);
        (void)::setrlimit(RLIMIT_NOFILE, &limit);
        EXPECT_LT(::open("/dev/null", O_RDONLY | O_CLOEXEC), 0);
    }

    NoDescriptors(const NoDescriptors&) = delete;
    NoDescriptors& operator=(const NoDescriptors&) = delete;

    ~NoDescriptors() { (void)::setrlimit(RLIMIT_NOFILE, &before_); }

  private:
    rlimit before_{};
};

TEST_F(FailedWrite, ForWantOfDescriptorsIsOverWhenThereAreSome) {
    const auto ledger = open();
    {
        const NoDescriptors none;
        append_until_failure(*ledger);
        EXPECT_FALSE(append(*ledger, ledger->end(0)));
    }
    append_some(*ledger, 2);
    expect_all(*ledger, ledger->end(0));
}

class FailedCommit : public testing::Test {
  protected:
    void commit(int number) {
        auto writes = store_->write_set();
        writes->put(Table::heads, "number", std::to_string(number));
        writes->put(Table::changes, std::to_string(number), std::string(16 << 10, '.'));
        store_->commit(std::move(writes));
    }

    static StoreOptions options() {
        StoreOptions options;
        options.write_buffer_bytes = 256 << 10;
        options.retry = {};
        return options;
    }

    test::TemporaryDirectory directory_;
    std::unique_ptr<projections::ReadStore> store_ =
        open_read_store(directory_.path() / "read", options());
};

TEST_F(FailedCommit, ForWantOfDescriptorsIsOverWhenThereAreSome) {
    int number = 0;
    {
        const NoDescriptors none;
        const auto commit_until_failure = [&] {
            while (number < 10'000) commit(number++);
        };
        EXPECT_THROW(commit_until_failure(), ledger::StorageError);
        EXPECT_THROW(commit(number), ledger::StorageError);
    }
    store_->flush();
    for (int more = 0; more < 100; ++more) commit(number++);
    const auto reader = store_->snapshot();
    EXPECT_EQ(reader->get(Table::heads, "number"), std::to_string(number - 1));
    for (int one = 0; one < number - 101; ++one) {
        EXPECT_TRUE(reader->get(Table::changes, std::to_string(one))) << one;
    }
}

TEST_F(FailedCommit, IsOverHoweverOftenItIsTriedAgain) {
    auto patient = options();
    patient.retry = std::chrono::milliseconds(100);
    store_ = open_read_store(directory_.path() / "patient", patient);
    const auto succeeds = [this] {
        try {
            commit(1);
            return true;
        } catch (const ledger::StorageError&) {
            return false;
        }
    };
    {
        const NoDescriptors none;
        for (int tries = 0; tries < 10'000 && succeeds();) ++tries;
        ASSERT_FALSE(succeeds());
    }
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!succeeds()) ASSERT_LT(std::chrono::steady_clock::now(), deadline);
}

TEST_F(FailedCommit, WaitsForReaders) {
    commit(1);
    auto held = store_->snapshot();
    {
        const NoDescriptors none;
        EXPECT_THROW(for (int number = 2; number < 10'000; ++number) commit(number);
                     , ledger::StorageError);
    }
    EXPECT_THROW(store_->flush(), ledger::StorageError);
    EXPECT_EQ(held->get(Table::heads, "number"), "1");
    EXPECT_THROW((void)store_->snapshot(), ledger::StorageError);
    held.reset();
    store_->flush();
    EXPECT_TRUE(store_->snapshot()->get(Table::heads, "number"));
}

}  // namespace
}  // namespace consularia::infra::rocks
