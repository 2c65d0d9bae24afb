// The root is that of the sparse tree over all histories, whichever way it is computed.

#include "cli/export_histories.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

namespace consularia::cli {
namespace {

ledger::Hash hash_of(const std::string& what, std::size_t number) {
    return ledger::sha256(what + std::to_string(number));
}

void take(ExportHistories& histories, const ledger::Hash& subject, const ledger::Hash& leaf) {
    const ExportedRecord record{{}, {}, leaf, subject};
    histories.take({&record, 1});
}

/// Every subject has two records.
ExportHistories histories_of(std::size_t subjects) {
    ExportHistories histories;
    for (std::size_t i = 0; i < 2 * subjects; ++i) {
        take(histories, hash_of("subject", i % subjects), hash_of("record", i));
    }
    return histories;
}

ledger::Hash root_by_the_rule(std::size_t subjects) {
    std::vector<ledger::SparseLeaf> leaves;
    for (std::size_t i = 0; i < subjects; ++i) {
        const auto first = ledger::history_with({}, hash_of("record", i));
        leaves.push_back(
            {hash_of("subject", i), ledger::history_with(first, hash_of("record", i + subjects))}
        );
    }
    std::ranges::sort(leaves, {}, &ledger::SparseLeaf::key);
    return ledger::sparse_tree(leaves).hash;
}

TEST(ExportHistories, HaveTheRootOfTheirSparseTree) {
    for (const std::size_t subjects : {0, 1, 2, 999, 1000, 1001, 1999, 2500, 10'000}) {
        EXPECT_EQ(histories_of(subjects).root(), root_by_the_rule(subjects)) << subjects;
    }
}

/// More than may wait, under one first byte, and more than one for each subject in what waits.
TEST(ExportHistories, HaveTheirRootsWhileTheyGrow) {
    std::map<ledger::Hash, ledger::Hash> by_the_rule;
    ExportHistories histories;
    for (std::size_t i = 0; i < 6000; ++i) {
        auto subject = hash_of("subject", i % 7 == 0 ? 1 : i % 900);
        subject[0] = 0x5a;
        take(histories, subject, hash_of("record", i));
        auto& history = by_the_rule[subject];
        history = ledger::history_with(history, hash_of("record", i));
        if (i % 700 != 0 && i < 5999) continue;
        std::vector<ledger::SparseLeaf> leaves;
        for (const auto& [key, value] : by_the_rule) leaves.push_back({key, value});
        EXPECT_EQ(histories.root(), ledger::sparse_tree(leaves).hash) << i;
    }
}

/// The first eight bytes of all subjects are the same.
TEST(ExportHistories, AreInTheOrderOfWholeSubjects) {
    std::map<ledger::Hash, ledger::Hash> by_the_rule;
    ExportHistories histories;
    for (std::size_t i = 0; i < 900; ++i) {
        auto subject = hash_of("subject", i % 300);
        std::fill_n(subject.begin(), 8, std::uint8_t{0x77});
        take(histories, subject, hash_of("record", i));
        auto& history = by_the_rule[subject];
        history = ledger::history_with(history, hash_of("record", i));
    }
    std::vector<ledger::SparseLeaf> leaves;
    for (const auto& [key, value] : by_the_rule) leaves.push_back({key, value});
    EXPECT_EQ(histories.root(), ledger::sparse_tree(leaves).hash);
}

TEST(ExportHistories, HaveNoRecordsWithoutASubject) {
    ExportHistories histories;
    const ExportedRecord record{};
    histories.take({&record, 1});
    EXPECT_EQ(histories.root(), ledger::Hash{});
}

/// All keys begin with three ones: most of what is shared among the threads is empty.
TEST(ExportHistories, MayAllBeginAlike) {
    ExportHistories histories;
    std::vector<ledger::SparseLeaf> leaves;
    for (std::size_t i = 0; i < 3000; ++i) {
        auto key = hash_of("subject", i);
        key[0] |= 0xe0;
        take(histories, key, hash_of("record", i));
        leaves.push_back({key, ledger::history_with({}, hash_of("record", i))});
    }
    std::ranges::sort(leaves, {}, &ledger::SparseLeaf::key);
    EXPECT_EQ(histories.root(), ledger::sparse_tree(leaves).hash);
}

}  // namespace
}  // namespace consularia::cli
