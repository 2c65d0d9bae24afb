#include "journal/histories.hpp"

#include "journal/history_nodes.hpp"
#include "journal/history_table.hpp"
#include "journal/judging.hpp"
#include "ledger/record/merkle.hpp"
#include "ledger/record/subject.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/memory_journal.hpp"
#include "tests/support/record_samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace consularia::journal {
namespace {

using namespace samples;
using ledger::Hash;
using ledger::Sequence;
using ledger::SparseLeaf;

/// Several steps, and subtrees of more than one level of rows.
constexpr std::size_t kFacts = 2600;

/// By definition: the histories of these facts.
std::map<Hash, Hash> fold(const std::vector<std::string>& facts) {
    std::map<Hash, Hash> histories;
    for (const auto& fact : facts) {
        const auto subject = ledger::read_link_and_subject(fact).subject.value();
        auto& history = histories[subject];
        history = ledger::history_with(history, ledger::leaf_hash(fact));
    }
    return histories;
}

Hash root_of(const std::map<Hash, Hash>& histories) {
    std::vector<SparseLeaf> leaves;
    for (const auto& [key, value] : histories) leaves.push_back({key, value});
    return ledger::sparse_tree(leaves).hash;
}

class HistoriesTest : public testing::Test {
  protected:
    /// They are about so many appointments, in turn.
    std::vector<std::string> make_facts(std::size_t count, std::uint32_t appointments) {
        std::vector<std::string> facts{history_.create()};
        for (std::uint32_t i = 0; facts.size() < count; ++i) {
            facts.push_back(history_.schedule(1 + i % appointments));
        }
        return facts;
    }

    void judge(const std::vector<std::string>& values) {
        judge_all(memory_.journal, 0, entries(values, 0));
    }

    [[nodiscard]] HistoriesHead head() const {
        return find_histories(*store_.snapshot(), history_.organization());
    }

    void bring_up(Sequence until) {
        while (histories_.advance(history_.organization(), until) < until) continue;
    }

    History history_;
    test::MemoryJournal memory_;
    test::MemoryStore store_{count_of<HistoryTable>()};
    Histories histories_{store_, memory_.journal};
};

TEST_F(HistoriesTest, HaveTheSameRootHoweverTheyWereBroughtUp) {
    const auto facts = make_facts(kFacts, 2000);
    judge(facts);
    for (const Sequence size : {1U, 2U, 33U, 34U, 35U, 700U, 701U, 2000U, 2600U}) {
        bring_up(size);
        const std::vector<std::string> first(
            facts.begin(), facts.begin() + static_cast<std::ptrdiff_t>(size)
        );
        ASSERT_EQ(head().size, size);
        ASSERT_EQ(head().chain, ledger::sha256(first.back()));
        ASSERT_EQ(head().root, root_of(fold(first))) << size;
    }
}

TEST_F(HistoriesTest, TakeABoundedStep) {
    const auto facts = make_facts(kFacts, 2000);
    judge(facts);
    EXPECT_EQ(histories_.advance(history_.organization(), kFacts), Histories::kFactsAtOnce);
    EXPECT_EQ(histories_.advance(history_.organization(), 1030), 1030U);
    EXPECT_EQ(histories_.advance(history_.organization(), 1030), 1030U);
}

TEST_F(HistoriesTest, ProveEverySubjectAndTheAbsenceOfOthers) {
    const auto facts = make_facts(600, 400);
    judge(facts);
    bring_up(facts.size());
    const auto reader = store_.snapshot();
    const auto root = head().root;
    const auto all = fold(facts);
    for (const auto& [subject, history] : all) {
        const auto proof = find_path(*reader, history_.organization(), subject);
        ASSERT_EQ(proof.end, (SparseLeaf{subject, history}));
        ASSERT_EQ(ledger::root_of(proof, subject), root);
    }
    bool ends_at_another = false;
    for (int i = 0; i < 600; ++i) {
        const auto stranger = ledger::sha256("appointments/" + std::to_string(i));
        const auto proof = find_path(*reader, history_.organization(), stranger);
        ends_at_another |= proof.end.has_value();
        ASSERT_FALSE(proof.end && proof.end->key == stranger);
        ASSERT_EQ(ledger::root_of(proof, stranger), root);
        EXPECT_TRUE(records_of(*reader, history_.organization(), stranger).empty());
    }
    EXPECT_TRUE(ends_at_another);
}

TEST_F(HistoriesTest, KnowTheRecordsOfASubjectInTheirOrder) {
    const auto facts = make_facts(9, 3);
    judge(facts);
    bring_up(facts.size());
    for (std::size_t i = 0; i < facts.size(); ++i) {
        const auto subject = ledger::read_link_and_subject(facts[i]).subject.value();
        const auto sequences = records_of(*store_.snapshot(), history_.organization(), subject);
        EXPECT_EQ(std::ranges::count(sequences, i + 1), 1) << i;
        EXPECT_TRUE(std::ranges::is_sorted(sequences));
    }
}

TEST_F(HistoriesTest, OfAnotherJournalAreNoticedAndRemoved) {
    judge({history_.create(), history_.schedule(), history_.schedule()});
    bring_up(3);
    EXPECT_TRUE(histories_.fits(history_.organization()));
    test::MemoryJournal restored;
    History other;
    judge_all(restored.journal, 0, entries({other.create(), other.schedule()}, 0));
    Histories histories(store_, restored.journal);
    EXPECT_FALSE(histories.fits(other.organization()));
    EXPECT_FALSE(histories.erase_some(other.organization()));
    for (const auto table : kAllOf<HistoryTable>) EXPECT_TRUE(store_.rows(table).empty());
    EXPECT_TRUE(histories.fits(other.organization()));
    EXPECT_EQ(histories.advance(other.organization(), 2), 2U);
}

TEST(SparseTreeTest, AProofForAnotherKeyLeadsNowhere) {
    std::vector<SparseLeaf> leaves;
    for (int i = 0; i < 50; ++i) {
        leaves.push_back({ledger::sha256("key " + std::to_string(i)), ledger::sha256("x")});
    }
    std::ranges::sort(leaves, {}, &SparseLeaf::key);
    const auto root = ledger::sparse_tree(leaves).hash;
    for (const auto& leaf : leaves) {
        ledger::SparseProof proof;
        proof.end = ledger::descend(leaves, leaf.key, 0, proof.path);
        std::ranges::reverse(proof.path);
        ASSERT_EQ(ledger::root_of(proof, leaf.key), root);
        for (const auto& other : leaves) {
            if (other == leaf) continue;
            EXPECT_NE(ledger::root_of(proof, other.key), root);
        }
        proof.path.resize(257);
        EXPECT_FALSE(ledger::root_of(proof, leaf.key));
    }
    EXPECT_EQ(ledger::sparse_tree({}).hash, Hash{});
    EXPECT_EQ(ledger::root_of({}, leaves[0].key), Hash{});
}

TEST(SubjectTest, IsTheTextOfTheAttributeWithoutEscapes) {
    History history;
    auto fact = history.create();
    const auto subject = ledger::read_link_and_subject(fact).subject;
    const auto at = fact.find("\"organizations/") + 1;
    EXPECT_EQ(subject, ledger::sha256(std::string_view(fact).substr(at, 50)));
    fact.replace(at, 1, "\\u006f");
    EXPECT_EQ(ledger::read_link_and_subject(fact).subject, subject);
    fact.replace(at - 1, fact.find('"', at + 1) - at + 2, "7");
    EXPECT_TRUE(ledger::read_link_and_subject(fact).link);
    EXPECT_FALSE(ledger::read_link_and_subject(fact).subject);
}

}  // namespace
}  // namespace consularia::journal
