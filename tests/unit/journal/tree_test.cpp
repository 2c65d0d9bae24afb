#include "journal/tree.hpp"

#include "journal/judging.hpp"
#include "journal/table.hpp"
#include "journal/tree_building.hpp"
#include "journal/tree_rows.hpp"
#include "ledger/log/storage_error.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/memory_journal.hpp"
#include "tests/support/record_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace consularia::journal {
namespace {

using namespace samples;
using ledger::Hash;
using ledger::Sequence;

/// Enough for rows of two levels, and for a part of each.
constexpr std::size_t kFacts = 300;

std::vector<std::string> make_facts(History& history, std::size_t count = kFacts) {
    std::vector<std::string> values{history.create()};
    while (values.size() < count) values.push_back(history.schedule());
    return values;
}

ledger::Frontier tree_of(const std::vector<std::string>& values, std::size_t count) {
    ledger::Frontier tree;
    for (std::size_t i = 0; i < count; ++i) tree.append(ledger::leaf_hash(values[i]));
    return tree;
}

class TreeTest : public testing::Test {
  protected:
    /// In batches of different sizes.
    void judge(const std::vector<std::string>& values, ledger::Position from = 0) {
        std::size_t size = 1;
        for (std::size_t at = 0; at < values.size(); size = size % 7 + 1) {
            const auto end = std::min(values.size(), at + size);
            const std::vector<std::string> batch(
                values.begin() + static_cast<std::ptrdiff_t>(at),
                values.begin() + static_cast<std::ptrdiff_t>(end)
            );
            judge_all(memory_.journal, 0, entries(batch, from + at));
            at = end;
        }
    }

    /// As a version without trees leaves it.
    void forget_trees() {
        erase_rows([](const std::string& key) { return key[0] != 'c'; });
    }

    void erase_rows(const std::function<bool(const std::string&)>& doomed) {
        auto writes = memory_.store.write_set();
        for (const auto& [key, value] : memory_.store.rows(Table::meta)) {
            if (key != "format" && doomed(key)) writes->erase(Table::meta, key);
        }
        memory_.store.commit(std::move(writes));
    }

    bool build(const std::function<bool()>& stopping = [] { return false; }) {
        return build_trees(
            memory_.store,
            memory_.journal,
            progress_,
            stopping,
            [this](const std::string& sentence) { faults_.push_back(sentence); }
        );
    }

    test::MemoryJournal memory_;
    TreeProgress progress_;
    std::vector<std::string> faults_;
};

TEST_F(TreeTest, GrowsWithTheFactsOfItsOrganizationAlone) {
    History one(1);
    History other(2);
    const auto ones = make_facts(one, 3);
    const auto others = make_facts(other, 2);
    judge({ones[0], others[0], "void", ones[1], others[1], ones[1], ones[2]});
    EXPECT_EQ(Tree(memory_.journal, one.organization()).root(3), tree_of(ones, 3).root());
    EXPECT_EQ(Tree(memory_.journal, other.organization()).root(2), tree_of(others, 2).root());
    const Tree nobodys(memory_.journal, organization_id(3));
    EXPECT_EQ(nobodys.size(), 0U);
    EXPECT_EQ(nobodys.root(0), ledger::empty_root());
}

TEST_F(TreeTest, HasTheRootOfEverySize) {
    History history;
    const auto values = make_facts(history);
    judge(values);
    const Tree tree(memory_.journal, history.organization());
    ASSERT_EQ(tree.size(), kFacts);
    for (std::size_t size = 0; size <= kFacts; ++size) {
        ASSERT_EQ(tree.root(size), tree_of(values, size).root()) << size;
    }
}

TEST_F(TreeTest, ProvesEveryFactAndEveryBeginning) {
    History history;
    const auto values = make_facts(history);
    judge(values);
    const Tree tree(memory_.journal, history.organization());
    for (const std::size_t size :
         {std::size_t{1},
          std::size_t{16},
          std::size_t{37},
          std::size_t{256},
          std::size_t{257},
          kFacts}) {
        const auto root = tree_of(values, size).root();
        for (std::size_t i = 0; i < size; ++i) {
            const auto leaf = ledger::leaf_hash(values[i]);
            const auto path = tree.inclusion(i + 1, size);
            ASSERT_TRUE(ledger::verify_inclusion(leaf, i, size, path, root)) << i << "/" << size;
            const auto before = tree_of(values, i + 1).root();
            const auto grown = tree.consistency(i + 1, size);
            ASSERT_TRUE(ledger::verify_consistency(i + 1, size, grown, before, root));
        }
    }
}

/// A log that counts how many of its records are read.
class CountingLog final : public ledger::Records {
  public:
    std::vector<ledger::LogEntry> read(
        ledger::Partition /*partition*/, ledger::Position from, std::size_t limit
    ) const override {
        std::vector<ledger::LogEntry> entries;
        for (auto at = from; at < values.size() && entries.size() < limit; ++at) {
            entries.push_back({at, values[at]});
        }
        read_ += entries.size();
        return entries;
    }

    std::vector<std::string> values;
    mutable std::size_t read_ = 0;
};

TEST(TreeCost, IsAFewRecordsForEachProofAndRoot) {
    History history;
    CountingLog log;
    log.values = make_facts(history);
    test::MemoryStore store{count_of<Table>()};
    Journal journal(store);
    journal.open({"log", 1, &log});
    judge_all(journal, 0, entries(log.values));
    const Tree tree(journal, history.organization());
    const auto records_of = [&](const auto& made) {
        const auto before = log.read_;
        (void)made();
        return log.read_ - before;
    };
    const std::size_t most = 2 * ((std::size_t{1} << kStoredLevels) - 1);
    for (Sequence one = 1; one <= kFacts; ++one) {
        EXPECT_LE(records_of([&] { return tree.inclusion(one, kFacts); }), most);
        EXPECT_LE(records_of([&] { return tree.consistency(one, kFacts); }), most + 1);
        EXPECT_LE(records_of([&] { return tree.root(one); }), most / 2);
    }
}

TEST_F(TreeTest, OfAnOlderJournalIsBuiltOnceFromItsRecords) {
    History one(1);
    History other(2);
    const auto ones = make_facts(one);
    const auto others = make_facts(other, 20);
    judge(ones);
    judge(others, ones.size());
    const auto rows = memory_.store.rows(Table::meta);
    forget_trees();
    ASSERT_NE(memory_.store.rows(Table::meta), rows);
    EXPECT_TRUE(build());
    EXPECT_EQ(progress_.total, kFacts + 20);
    EXPECT_EQ(progress_.done, kFacts + 20);
    EXPECT_EQ(memory_.store.rows(Table::meta), rows);
    TreeProgress again;
    EXPECT_TRUE(build_trees(memory_.store, memory_.journal, again, [] { return false; }, {}));
    EXPECT_EQ(again.total, 0U) << "there is nothing left to do";
}

TEST_F(TreeTest, StaysBehindUntilItIsBuiltAndNeverHasAGap) {
    History history;
    const auto values = make_facts(history);
    const std::size_t half = 40;
    judge({values.begin(), values.begin() + half});
    forget_trees();
    judge({values.begin() + half, values.end()}, half);
    EXPECT_EQ(Tree(memory_.journal, history.organization()).size(), 0U);
    EXPECT_TRUE(build());
    const Tree tree(memory_.journal, history.organization());
    ASSERT_EQ(tree.size(), kFacts);
    EXPECT_EQ(tree.root(kFacts), tree_of(values, kFacts).root());
}

TEST_F(TreeTest, GoesOnWhereItsBuildingWasStopped) {
    History history;
    const auto values = make_facts(history, 2500);
    judge(values);
    const auto rows = memory_.store.rows(Table::meta);
    forget_trees();
    int looks = 0;
    EXPECT_FALSE(build([&] { return ++looks > 1; }));
    const auto reached = Tree(memory_.journal, history.organization()).size();
    EXPECT_GT(reached, 0U);
    EXPECT_LT(reached, values.size());
    EXPECT_TRUE(build());
    EXPECT_EQ(memory_.store.rows(Table::meta), rows);
}

TEST_F(TreeTest, WhoseRowIsDamagedIsBuiltAgain) {
    History history;
    const auto values = make_facts(history, 20);
    judge(values);
    const auto rows = memory_.store.rows(Table::meta);
    for (const std::string damaged : {"", "short", "\x01", "12345678901234567890"}) {
        auto writes = memory_.store.write_set();
        writes->put(Table::meta, tree_key(history.organization()), damaged);
        memory_.store.commit(std::move(writes));
        EXPECT_THROW(Tree(memory_.journal, history.organization()), ledger::StorageError);
        EXPECT_TRUE(build());
        EXPECT_EQ(memory_.store.rows(Table::meta), rows);
    }
}

TEST_F(TreeTest, EndsBeforeAFactThatCannotBeReadAndTheOthersGoOn) {
    History one(1);
    History other(2);
    const auto ones = make_facts(one, 10);
    const auto others = make_facts(other, 10);
    judge(ones);
    judge(others, ones.size());
    forget_trees();
    auto writes = memory_.store.write_set();
    writes->erase(Table::records, memory_.store.rows(Table::places).begin()->second);
    memory_.store.commit(std::move(writes));
    EXPECT_TRUE(build());
    EXPECT_THAT(faults_, testing::ElementsAre(testing::HasSubstr("ends at 0: the journal is dam")));
    EXPECT_EQ(Tree(memory_.journal, one.organization()).size(), 0U);
    EXPECT_EQ(Tree(memory_.journal, other.organization()).size(), 10U);
}

TEST_F(TreeTest, ThatLacksARowSaysThatItIsDamaged) {
    History history;
    judge(make_facts(history));
    erase_rows([](const std::string& key) { return key.starts_with("subtree/"); });
    const Tree tree(memory_.journal, history.organization());
    EXPECT_THROW((void)tree.inclusion(1, kFacts), ledger::StorageError);
    EXPECT_THROW((void)tree.root(kFacts - 1), ledger::StorageError);
}

}  // namespace
}  // namespace consularia::journal
