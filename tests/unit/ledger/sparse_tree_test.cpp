// The tree of many leaves, whose hashes are computed together, is that of the rule.

#include "ledger/record/sparse_tree.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace consularia::ledger {
namespace {

using Leaves = std::vector<SparseLeaf>;

SparseNode by_the_rule(const Leaves& leaves, unsigned depth) {
    if (leaves.empty()) return {};
    if (leaves.size() == 1) return {1, sparse_leaf_hash(leaves.front())};
    Leaves left;
    Leaves right;
    for (const auto& leaf : leaves) (bit_of(leaf.key, depth) ? right : left).push_back(leaf);
    return join(by_the_rule(left, depth + 1), by_the_rule(right, depth + 1));
}

Leaves make_leaves(std::size_t count) {
    Leaves leaves;
    for (std::size_t i = 0; i < count; ++i) {
        leaves.push_back({sha256("key" + std::to_string(i)), sha256(std::to_string(i))});
    }
    std::ranges::sort(leaves, {}, &SparseLeaf::key);
    return leaves;
}

TEST(SparseTree, IsThatOfTheRuleForAllNumbersOfLeaves) {
    for (std::size_t count = 0; count < 300; ++count) {
        const auto leaves = make_leaves(count);
        EXPECT_EQ(sparse_tree(leaves), by_the_rule(leaves, 0)) << count;
    }
}

TEST(SparseTree, IsThatOfTheRuleForKeysThatBeginAlike) {
    auto leaves = make_leaves(500);
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        std::fill_n(leaves[i].key.begin(), i % 2 == 0 ? 8 : 29, std::uint8_t{0xa5});
    }
    std::ranges::sort(leaves, {}, &SparseLeaf::key);
    EXPECT_EQ(sparse_tree(leaves), by_the_rule(leaves, 0));
    EXPECT_EQ(sparse_tree(leaves, 60), by_the_rule(leaves, 60));
}

}  // namespace
}  // namespace consularia::ledger
