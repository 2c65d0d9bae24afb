// The read store after crashes and damage: whatever is lost, the rest is the state after some
// commit, or the damage is reported, so that the store can be rebuilt.

#include "infra/rocks/read_store.hpp"
#include "infra/rocks/support.hpp"
#include "tests/integration/ledger_damage.hpp"
#include "tests/support/directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace consularia::infra::rocks {
namespace {

namespace fs = std::filesystem;
using projections::ReadStore;
using projections::Table;
using testing::IsEmpty;
using testing::SizeIs;

/// Puts the number into one row of every table, all in one commit.
void commit_number(ReadStore& store, int number, std::size_t padding = 0) {
    auto writes = store.write_set();
    for (std::size_t table = 0; table < projections::kTableCount; ++table) {
        writes->put(static_cast<Table>(table), "number", std::to_string(number));
    }
    writes->put(Table::changes, "padding " + std::to_string(number), std::string(padding, '.'));
    store.commit(std::move(writes));
}

/// The numbers in the tables: one and the same unless a commit was torn.
std::set<std::string> numbers_in(const ReadStore& store) {
    std::set<std::string> numbers;
    const auto reader = store.snapshot();
    for (std::size_t table = 0; table < projections::kTableCount; ++table) {
        numbers.insert(reader->get(static_cast<Table>(table), "number").value_or("none"));
    }
    return numbers;
}

class ReadStoreRecovery : public testing::Test {
  protected:
    test::TemporaryDirectory directory_;
    fs::path store_ = directory_.path() / "read-store";
};

TEST_F(ReadStoreRecovery, CommitsSurviveAProcessThatNeverFlushed) {
    const auto store = open_read_store(store_);
    commit_number(*store, 7);
    // A killed process would leave the files as they are now.
    fs::copy(store_, directory_.path() / "copy", fs::copy_options::recursive);
    EXPECT_EQ(numbers_in(*open_read_store(directory_.path() / "copy")), std::set<std::string>{"7"});
}

TEST_F(ReadStoreRecovery, ACommitThatWasTornIsGoneAsAWhole) {
    {
        const auto store = open_read_store(store_);
        commit_number(*store, 1);
        commit_number(*store, 2);
    }
    test::cut(test::the_log_of(store_), 0.9);
    EXPECT_EQ(numbers_in(*open_read_store(store_)), std::set<std::string>{"1"});
}

TEST_F(ReadStoreRecovery, WithoutItsLogItIsAsAfterAnEarlierCommit) {
    StoreOptions options;
    options.write_buffer_bytes = 256 << 10;
    {
        const auto store = open_read_store(store_, options);
        for (int number = 1; number <= 400; ++number) commit_number(*store, number, 4096);
    }
    const auto logs = test::files_ending_in(store_, ".log");
    for (const auto& log : logs) fs::remove(log);
    const auto left = numbers_in(*open_read_store(store_, options));
    ASSERT_THAT(left, SizeIs(1));
    EXPECT_NE(*left.begin(), "none") << "nothing was ever written to a table";
    EXPECT_NE(*left.begin(), "400") << "nothing was lost";
}

TEST_F(ReadStoreRecovery, AFewRowsInEveryTableFillNoBuffer) {
    StoreOptions options;
    const std::size_t a_quarter = options.write_buffer_bytes / 4;
    const auto store = open_read_store(store_, options);
    for (std::size_t written = 0; written < a_quarter; written += 4096) {
        commit_number(*store, static_cast<int>(written), 4096);
    }
    EXPECT_THAT(test::files_ending_in(store_, ".sst"), IsEmpty());
}

TEST_F(ReadStoreRecovery, SnapshotsAndBatchesMayOutliveTheStore) {
    auto store = open_read_store(store_);
    commit_number(*store, 1);
    const auto snapshot = store->snapshot();
    const auto cursor = snapshot->scan(Table::heads, "", "");
    const auto writes = store->write_set();
    store.reset();
    EXPECT_EQ(snapshot->get(Table::heads, "number"), "1");
    EXPECT_EQ(cursor->value(), "1");
    EXPECT_EQ(writes->get(Table::heads, "number"), "1");
}

struct Damage {
    std::string name;
    std::function<void(const fs::path& store)> inflict;
};

class DamagedReadStore : public testing::TestWithParam<Damage> {};

TEST_P(DamagedReadStore, IsDistinguishedFromAMachineThatFails) {
    const test::TemporaryDirectory directory;
    const fs::path store = directory.path() / "read-store";
    commit_number(*open_read_store(store), 1, 100'000);
    (void)open_read_store(store);  // the log becomes tables
    GetParam().inflict(store);
    const auto before = test::state_of(store);
    try {
        (void)peek_read_store(store, 1);  // may see no damage in the few rows that it reads
    } catch (const StoreDamaged&) {
    }
    EXPECT_THROW((void)open_read_store(store), StoreDamaged);
    EXPECT_THAT(test::changed_names(before, test::state_of(store)), IsEmpty());
}

const std::vector<Damage> kDamages{
    {"CurrentDeleted", [](const fs::path& store) { fs::remove(store / "CURRENT"); }},
    {"ManifestDeleted", [](const fs::path& store) { fs::remove(test::the_manifest_of(store)); }},
    {"ATableNotKnownAnyMore",
     [](const fs::path& store) {
         std::vector<rocksdb::ColumnFamilyDescriptor> families;
         std::vector<std::string> names;
         ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, store, &names).ok());
         for (const auto& name : names) families.push_back({name, {}});
         Db rocks;
         const auto mode = Db::Mode::read_write;
         ASSERT_TRUE(rocks.open(quiet_options(), store, families, mode).ok());
         ASSERT_TRUE(rocks.db().DropColumnFamily(rocks.family(names.size() - 1)).ok());
     }},
    {"BitFlippedInManifest",
     [](const fs::path& store) { test::flip_bit(test::the_manifest_of(store), 0.5); }},
    {"EveryTableDeleted",
     [](const fs::path& store) {
         for (const auto& table : test::files_ending_in(store, ".sst")) fs::remove(table);
     }},
    {"EveryTableCut",
     [](const fs::path& store) {
         for (const auto& table : test::files_ending_in(store, ".sst")) test::cut(table, 0.5);
     }},
    {"SomethingElse",
     [](const fs::path& store) {
         fs::remove_all(store);
         fs::create_directory(store);
         test::write_whole_file(store / "notes.txt", "something else");
     }},
};

INSTANTIATE_TEST_SUITE_P(
    Each,
    DamagedReadStore,
    testing::ValuesIn(kDamages),
    [](const auto& damage) { return damage.param.name; }
);

TEST_F(ReadStoreRecovery, WhateverIsDamagedNoCommitIsReadInPart) {
    const fs::path original = directory_.path() / "original";
    commit_number(*open_read_store(original), 1, 10'000);
    {
        const auto store = open_read_store(original);  // the log becomes tables
        commit_number(*store, 2, 10'000);
        commit_number(*store, 3, 10'000);
    }
    const auto numbers_left = [this]() -> std::set<std::string> {
        try {
            return numbers_in(*open_read_store(store_));
        } catch (const ledger::StorageError&) {
            return {"refused"};
        }
    };
    for (const auto& file : {test::the_manifest_of(original), test::the_log_of(original)}) {
        for (const double where : {0.2, 0.5, 0.8, 0.99}) {
            for (const auto& inflict : {test::cut, test::flip_bit, test::zero_from}) {
                SCOPED_TRACE(file.string() + " at " + std::to_string(where));
                fs::remove_all(store_);
                fs::copy(original, store_);
                inflict(store_ / file.filename(), where);
                EXPECT_THAT(numbers_left(), SizeIs(1));
            }
        }
    }
}

TEST_F(ReadStoreRecovery, DamageInsideATableIsReportedByTheReadThatMeetsIt) {
    {
        const auto store = open_read_store(store_);
        auto writes = store->write_set();
        for (int row = 0; row < 5000; ++row) {
            writes->put(Table::changes, std::to_string(row), std::to_string(row * 7919LL % 5003));
        }
        store->commit(std::move(writes));
    }
    (void)open_read_store(store_);
    test::flip_bit(test::the_table_of(store_), 0.3);
    const auto store = open_read_store(store_);
    const auto reader = store->snapshot();
    EXPECT_THROW(
        for (const auto at = reader->scan(Table::changes, "", ""); at->valid();) at->next(),
        StoreDamaged
    );
    const auto read_each = [&reader] {
        for (int row = 0; row < 5000; ++row) (void)reader->get(Table::changes, std::to_string(row));
    };
    EXPECT_THROW(read_each(), StoreDamaged);
}

TEST_F(ReadStoreRecovery, ThereIsNothingToPeekAtBeforeTheFirstStart) {
    EXPECT_FALSE(peek_read_store(store_, 1).has_value());
    fs::create_directory(store_);
    EXPECT_FALSE(peek_read_store(store_, 1).has_value());
    EXPECT_TRUE(fs::is_empty(store_));
}

TEST_F(ReadStoreRecovery, APeekBesideTheServerChangesNothing) {
    const auto store = open_read_store(store_);
    commit_number(*store, 1);
    const auto before = test::state_of(store_);
    const auto state = peek_read_store(store_, 2);
    ASSERT_TRUE(state.has_value());
    EXPECT_THAT(state->checkpoints, SizeIs(2));
    EXPECT_THAT(test::changed_names(before, test::state_of(store_)), IsEmpty());
}

TEST_F(ReadStoreRecovery, AStoreWithOtherTablesCanBePeekedAtButNotOpened) {
    {
        rocksdb::DBOptions options = quiet_options();
        options.create_if_missing = true;
        options.create_missing_column_families = true;
        Db other;
        const auto status = other.open(
            options,
            store_,
            {{rocksdb::kDefaultColumnFamilyName, {}}, {"meta", {}}, {"a table of the future", {}}},
            Db::Mode::read_write
        );
        ASSERT_TRUE(status.ok());
    }
    ASSERT_TRUE(peek_read_store(store_, 1).has_value());
    EXPECT_EQ(peek_read_store(store_, 1)->fingerprint, "");
    EXPECT_THROW((void)open_read_store(store_), StoreDamaged);
}

TEST_F(ReadStoreRecovery, OneProcessAtATimeHasItAndThatIsNoDamage) {
    const auto store = open_read_store(store_);
    try {
        (void)open_read_store(store_);
        FAIL() << "opened twice";
    } catch (const StoreDamaged& wrong) {
        FAIL() << wrong.what();
    } catch (const ledger::StorageError& right) {
        EXPECT_THAT(right.what(), testing::HasSubstr("lock"));
    }
}

TEST_F(ReadStoreRecovery, NoLogFilesGatherInItsDirectory) {
    for (int session = 0; session < 2; ++session) (void)open_read_store(store_);
    for (const auto& entry : fs::directory_iterator(store_)) {
        EXPECT_FALSE(entry.path().filename().string().starts_with("LOG")) << entry.path();
    }
}

}  // namespace
}  // namespace consularia::infra::rocks
