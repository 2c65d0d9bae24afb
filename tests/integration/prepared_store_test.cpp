// A read store that was prepared beside a server of another version takes the place of the one
// whose form this version cannot read, if it is made from the same ledger.

#include "infra/data_dir_lock.hpp"
#include "infra/rocks/ledger.hpp"
#include "journal/judging.hpp"
#include "node/ledger_backend.hpp"
#include "node/prepare.hpp"
#include "projections/keys.hpp"
#include "tests/integration/stores_fixture.hpp"

#include <gtest/gtest.h>

namespace consularia::node {
namespace {

using projections::Table;
namespace fs = std::filesystem;

class PreparedStore : public StoresTest {
  protected:
    PreparedStore() { fill(); }

    void put_fingerprint(const fs::path& place, std::string_view fingerprint) const {
        const auto store = open_read_store(place, settings_);
        auto writes = store->write_set();
        writes->put(Table::meta, projections::keys::kFingerprint, fingerprint);
        store->commit(std::move(writes));
    }

    /// What a server of an older version leaves.
    void make_older() const { put_fingerprint(dir_.read_store(), "0 an older schema version"); }

    bool prepare() {
        StoreOptions options;
        options.data_dir = dir_.root();
        return prepare_read_store(dir_, *choose_ledger(options), inputs(), settings_, progress_);
    }

    /// A row by which the prepared store is known from one that is built again.
    void mark() const {
        const auto store = open_read_store(dir_.prepared().read_store(), settings_);
        auto writes = store->write_set();
        writes->put(Table::appointments, kNobodys, "x");
        store->commit(std::move(writes));
    }

    /// As an older version does, which only applies it to its own rows.
    void append_beside(const std::vector<std::string>& values) {
        const auto ledger = open_ledger(dir_, settings_);
        ASSERT_TRUE(std::holds_alternative<ledger::Appended>(ledger->append(0, values)));
        const auto store = open_journal(dir_, settings_);
        journal::Journal journal(*store);
        journal.open({ledger->identity(), 1, ledger->records()});
        ASSERT_TRUE(read_ledger(journal, *ledger, progress_, [] { return false; }));
    }
};

TEST_F(PreparedStore, TakesThePlaceOfOneOfAnotherFormRowByRowTheSame) {
    const auto before = rows();
    make_older();
    ASSERT_TRUE(prepare());
    told_.clear();
    EXPECT_EQ(rows(), before);
    EXPECT_TRUE(told_.empty()) << "the start has applied " << told_.front();
    EXPECT_EQ(places_.serving, dir_.read_store());
    EXPECT_FALSE(fs::exists(dir_.prepared().root()));
}

TEST_F(PreparedStore, IsCaughtUpByTheStart) {
    make_older();
    ASSERT_TRUE(prepare());
    mark();
    append_beside({history_.schedule(1000), history_.schedule(1001)});
    auto after = rows();
    EXPECT_EQ(after.erase(kNobodysRow), 1U) << "it was built again";
    fs::remove_all(dir_.read_store());
    EXPECT_EQ(rows(), after);
}

TEST_F(PreparedStore, IsContinuedByTheNextPrepare) {
    make_older();
    ASSERT_TRUE(prepare());
    mark();
    append_beside({history_.schedule(1000)});
    ASSERT_TRUE(prepare());
    told_.clear();
    EXPECT_TRUE(rows().contains(kNobodysRow));
    EXPECT_TRUE(told_.empty()) << "the start has applied " << told_.front();
}

TEST_F(PreparedStore, IsNotNeededIfThePresentOneHasThePresentForm) {
    EXPECT_FALSE(prepare());
    EXPECT_FALSE(fs::exists(dir_.prepared().root()));
}

TEST_F(PreparedStore, IsRemovedIfThePresentOneHasAppliedMore) {
    make_older();
    ASSERT_TRUE(prepare());
    mark();
    const auto prepared = dir_.prepared().root();
    fs::rename(prepared, temporary_.path() / "kept");
    append({history_.schedule(1000)});  // The start has rebuilt the present one.
    fs::rename(temporary_.path() / "kept", prepared);
    EXPECT_FALSE(rows().contains(kNobodysRow));
    EXPECT_FALSE(fs::exists(prepared));
}

TEST_F(PreparedStore, IsRemovedIfTheDataDirectoryHasGotAnotherHistory) {
    make_older();
    ASSERT_TRUE(prepare());
    mark();
    const auto identity = open_ledger(dir_, settings_)->identity();
    for (const auto& part : {dir_.ledger(), dir_.journal(), dir_.read_store()}) {
        fs::remove_all(part);
    }
    infra::rocks::create_copy_of_ledger(dir_.ledger(), identity);
    history_ = samples::History{};
    std::vector<std::string> values{history_.create()};
    for (std::uint32_t n = 1000; n < 1400; ++n) values.push_back(history_.schedule(n));
    append_beside(values);
    EXPECT_FALSE(rows().contains(kNobodysRow));
    EXPECT_FALSE(fs::exists(dir_.prepared().root()));
}

TEST_F(PreparedStore, IsRemovedIfItWasMadeWithOtherOptions) {
    make_older();
    ASSERT_TRUE(prepare());
    mark();
    links_ = infra::SignedLinks("https://other.example", {{1, std::string(32, 'k')}});
    settings_.rebuild.before_serving = {};
    EXPECT_FALSE(rows().contains(kNobodysRow));
    EXPECT_FALSE(fs::exists(dir_.prepared().root()));
}

TEST_F(PreparedStore, StaysIfItIsForAnotherVersion) {
    make_older();
    ASSERT_TRUE(prepare());
    put_fingerprint(dir_.prepared().read_store(), "99 a newer schema version");
    (void)rows();
    EXPECT_TRUE(fs::exists(dir_.prepared().read_store()));
}

TEST_F(PreparedStore, IsLeftAloneWhileItIsBuilt) {
    const auto before = rows();
    make_older();
    ASSERT_TRUE(prepare());
    mark();
    {
        const infra::DataDirLock building(dir_.prepared().root());
        EXPECT_THROW(prepare(), ledger::StorageError) << "two build it";
        EXPECT_EQ(rows(), before);
    }
    EXPECT_TRUE(fs::exists(dir_.prepared().read_store()));
}

/// As on Kafka, where the journal is read again only once brokers can be reached.
TEST_F(PreparedStore, OneOfAnotherFormIsAWitnessUntilALostJournalHasReadAsFar) {
    make_older();
    fs::remove_all(dir_.journal());
    const auto witness = find_witnesses(dir_, 1).front();
    ASSERT_EQ(witness->next, 302U);
    const auto records = open_ledger(dir_, settings_)->records()->read(0, 0, 1000);
    const auto settle = [&](std::span<const ledger::LogEntry> read) {
        const auto store = open_journal(dir_, settings_);
        journal::Journal journal(*store);
        journal.open({witness->ledger_identity, 1});
        journal::judge_all(journal, 0, read);
        (void)settle_read_places({dir_, inputs(), settings_, journal});
    };
    for (const std::size_t first : {0U, 0U, 301U}) {
        settle(std::span(records).subspan(0, first));
        EXPECT_FALSE(fs::exists(dir_.read_store()));
        EXPECT_EQ(find_witnesses(dir_, 1).front(), witness);
        EXPECT_TRUE(has_read_anything(dir_));
    }
    settle(std::span(records).subspan(301));
    EXPECT_FALSE(fs::exists(dir_.read_store_as_witness()));
    EXPECT_EQ(find_witnesses(dir_, 1).front(), witness);
}

}  // namespace
}  // namespace consularia::node
