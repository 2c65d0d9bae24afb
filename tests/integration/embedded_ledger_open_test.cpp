// Opening the embedded ledger: holes that only its keys reveal, crashes at any moment, and reading
// while a server runs.

#include "infra/rocks/ledger.hpp"
#include "infra/rocks/ledger_files.hpp"
#include "tests/integration/ledger_damage.hpp"
#include "tests/support/directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace consularia::infra::rocks {
namespace {

namespace fs = std::filesystem;
using ledger::Position;
using test::append_records;
using test::make_ledger;
using test::value_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class EmbeddedLedgerOpen : public testing::Test {
  protected:
    /// Writes to the log behind the ledger's back.
    void tamper(const std::function<void(rocksdb::WriteBatch&, rocksdb::ColumnFamilyHandle*)>& how
    ) const {
        const auto files = open_ledger_read_write(ledger_, nullptr);
        rocksdb::WriteBatch batch;
        how(batch, files->rocks.family(kLedgerLogFamily));
        ASSERT_TRUE(files->rocks.db().Write({}, &batch).ok());
    }

    void append_at(Position position) const {
        tamper([=](auto& batch, auto* log) {
            ASSERT_TRUE(batch.Put(log, position_key(position), value_of(position)).ok());
        });
    }

    void erase(Position position) const {
        tamper([=](auto& batch, auto* log) {
            ASSERT_TRUE(batch.Delete(log, position_key(position)).ok());
        });
    }

    /// Opening moves what the write-ahead log holds into a table.
    void move_log_into_table() const { (void)open_ledger_read_write(ledger_, nullptr); }

    void expect_refusal(const std::string& told) const {
        try {
            (void)open_embedded_ledger(ledger_, {});
            FAIL() << "the hole went unnoticed";
        } catch (const LedgerMismatch& refusal) {
            EXPECT_THAT(refusal.what(), HasSubstr(told));
        }
    }

    test::TemporaryDirectory directory_;
    fs::path ledger_ = directory_.path() / "ledger";
};

TEST_F(EmbeddedLedgerOpen, AHoleIsRefusedWhereverItIs) {
    make_ledger(ledger_, 100);
    append_at(120);
    expect_refusal("ends at position 121, but records 100 to 119 are missing");
    move_log_into_table();
    expect_refusal("ends at position 121, but records 100 to 119 are missing");
    append_at(122);
    expect_refusal("ends at position 123, but records 100 to 119 are missing");
}

TEST_F(EmbeddedLedgerOpen, AnErasedRecordIsMissedWhereverItWas) {
    for (Position session = 0; session < 12; ++session) {
        append_records(*open_embedded_ledger(ledger_, {}), session * 10, session * 10 + 10);
    }
    EXPECT_THAT(open_embedded_ledger(ledger_, {})->ends(), ElementsAre(120U));
    erase(57);
    expect_refusal("ends at position 120, but record 57 is missing");
    move_log_into_table();
    expect_refusal("ends at position 120, but record 57 is missing");
    erase(0);
    expect_refusal("ends at position 120, but record 0 is missing");
}

TEST_F(EmbeddedLedgerOpen, TheFirstStartMakesALedgerThatStays) {
    const std::string identity = open_embedded_ledger(ledger_, {})->identity();
    EXPECT_EQ(identity.size(), 36U);
    EXPECT_EQ(open_embedded_ledger(ledger_, {})->identity(), identity);
    EXPECT_NE(open_embedded_ledger(directory_.path() / "other", {})->identity(), identity);
}

TEST_F(EmbeddedLedgerOpen, AFirstStartThatWasCutShortIsBegunAgain) {
    fs::create_directory(ledger_.string() + ".unfinished");
    test::write_whole_file(ledger_.string() + ".unfinished/CURRENT", "half");
    fs::create_directory(ledger_);
    append_records(*open_embedded_ledger(ledger_, {}), 0, 10);
    EXPECT_FALSE(fs::exists(ledger_.string() + ".unfinished"));
    EXPECT_THAT(open_embedded_ledger(ledger_, {})->ends(), ElementsAre(10U));
}

TEST_F(EmbeddedLedgerOpen, NoLogFilesGatherInItsDirectory) {
    for (int session = 0; session < 3; ++session) (void)open_embedded_ledger(ledger_, {});
    for (const auto& entry : fs::directory_iterator(ledger_)) {
        EXPECT_FALSE(entry.path().filename().string().starts_with("LOG")) << entry.path();
    }
}

TEST_F(EmbeddedLedgerOpen, OneProcessAtATimeHasIt) {
    const auto ledger = open_embedded_ledger(ledger_, {});
    EXPECT_THROW((void)open_embedded_ledger(ledger_, {}), ledger::StorageError);
}

TEST_F(EmbeddedLedgerOpen, AReaderBesideTheServerSeesEverythingAndChangesNothing) {
    make_ledger(ledger_, 100);
    const auto server = open_embedded_ledger(ledger_, {});
    append_records(*server, 100, 150);
    const auto before = test::state_of(directory_.path());
    Position seen = 0;
    for_each_record(ledger_, [&seen](const ledger::LogEntry& entry) {
        EXPECT_EQ(entry.position, seen);
        EXPECT_EQ(entry.value, value_of(seen++));
    });
    EXPECT_EQ(seen, 150U);
    const auto reader = open_embedded_ledger_read_only(ledger_);
    EXPECT_EQ(reader->identity(), server->identity());
    EXPECT_THAT(reader->ends(), ElementsAre(150U));
    const auto refused = reader->append(0, std::vector<std::string>{"x"});
    EXPECT_TRUE(std::holds_alternative<ledger::NotAppended>(refused));
    EXPECT_THAT(test::changed_names(before, test::state_of(directory_.path())), IsEmpty());
    append_records(*server, 150, 160);
}

TEST_F(EmbeddedLedgerOpen, ReadersNeverSeeAHoleWhileTheServerAppends) {
    (void)open_embedded_ledger(ledger_, {});
    std::atomic<bool> done = false;
    std::thread server([this, &done] {
        for (Position session = 0; session < 6; ++session) {
            const auto ledger = open_embedded_ledger(ledger_, {});
            append_records(*ledger, session * 40, session * 40 + 40);
        }
        done = true;
    });
    Position last = 0;
    while (!done) {
        Position seen = 0;
        for_each_record(ledger_, [&seen](const ledger::LogEntry& entry) {
            EXPECT_EQ(entry.value, value_of(seen++));
        });
        EXPECT_GE(seen, last);
        last = seen;
    }
    server.join();
    EXPECT_THAT(open_embedded_ledger_read_only(ledger_)->ends(), ElementsAre(240U));
}

TEST_F(EmbeddedLedgerOpen, ThereIsNothingToReadWhereThereIsNoLedger) {
    EXPECT_THROW((void)open_embedded_ledger_read_only(ledger_), ledger::StorageError);
    EXPECT_FALSE(fs::exists(ledger_));
}

/// Appends until it is killed, and notes what was acknowledged.
[[noreturn]] void append_until_killed(const fs::path& directory, std::chrono::milliseconds life) {
    const auto ledger = open_embedded_ledger(directory / "ledger", {});
    std::atomic<bool> noted = false;
    std::thread killer([&] {
        while (!noted) std::this_thread::yield();
        const auto end = std::chrono::steady_clock::now() + life;
        while (std::chrono::steady_clock::now() < end) std::this_thread::yield();
        (void)::raise(SIGKILL);
    });
    for (Position acknowledged = 0;;) {
        append_records(*ledger, acknowledged, acknowledged + 30);
        acknowledged += 30;
        test::write_whole_file(directory / "acknowledged.new", std::to_string(acknowledged));
        fs::rename(directory / "acknowledged.new", directory / "acknowledged");
        noted = true;
    }
}

class KilledLedger : public testing::TestWithParam<int> {};

TEST_P(KilledLedger, KeepsWhatItHasAcknowledgedAndStarts) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    // The child is this test once more, up to the statement that dies: it finds its directory here.
    constexpr const char* kVariable = "CONSULARIA_KILLED_LEDGER";
    std::optional<test::TemporaryDirectory> temporary;
    if (std::getenv(kVariable) == nullptr) {
        (void)::setenv(kVariable, temporary.emplace().path().c_str(), /*overwrite=*/1);
    }
    const fs::path directory = std::getenv(kVariable);
    EXPECT_EXIT(
        append_until_killed(directory, std::chrono::milliseconds(GetParam())),
        testing::KilledBySignal(SIGKILL),
        ""
    );
    (void)::unsetenv(kVariable);
    const Position acknowledged = std::stoull(test::read_whole_file(directory / "acknowledged"));
    const auto reader = open_embedded_ledger_read_only(directory / "ledger");
    const auto witness = test::witness_of(*reader, acknowledged);
    const Position end = open_embedded_ledger(directory / "ledger", {witness})->ends().at(0);
    EXPECT_GE(end, acknowledged);
    Position position = 0;
    for_each_record(directory / "ledger", [&position](const ledger::LogEntry& entry) {
        EXPECT_EQ(entry.value, value_of(position++));
    });
    EXPECT_EQ(position, end);
}

INSTANTIATE_TEST_SUITE_P(AfterMilliseconds, KilledLedger, testing::Values(0, 7, 23, 61));

}  // namespace
}  // namespace consularia::infra::rocks
