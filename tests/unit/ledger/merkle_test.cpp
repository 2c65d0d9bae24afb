#include "ledger/record/merkle.hpp"

#include "base/hex.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace consularia::ledger {
namespace {

/// The eight leaves of the reference implementation of RFC 6962 (certificate-transparency,
/// merkle_tree_test.cc), and the roots of the trees of the first 1, 2 … 8 of them.
const std::vector<std::string> kLeaves{
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f"};

const std::vector<std::string> kRoots{
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

std::vector<Hash> reference_leaves() {
    std::vector<Hash> leaves;
    for (const auto& hex : kLeaves) leaves.push_back(leaf_hash(*parse_hex(hex)));
    return leaves;
}

std::vector<Hash> numbered_leaves(std::size_t count) {
    std::vector<Hash> leaves;
    for (std::size_t i = 0; i < count; ++i) leaves.push_back(leaf_hash(std::to_string(i)));
    return leaves;
}

/// RFC 6962, section 2.1, word by word.
Hash naive_root(std::span<const Hash> leaves) {
    if (leaves.empty()) return sha256("");
    if (leaves.size() == 1) return leaves[0];
    std::size_t k = 1;
    while (2 * k < leaves.size()) k *= 2;
    return node_hash(naive_root(leaves.first(k)), naive_root(leaves.subspan(k)));
}

/// Section 2.1.1.
std::vector<Hash> naive_path(std::size_t m, std::span<const Hash> leaves) {
    if (leaves.size() == 1) return {};
    std::size_t k = 1;
    while (2 * k < leaves.size()) k *= 2;
    const bool left = m < k;
    auto path = left ? naive_path(m, leaves.first(k)) : naive_path(m - k, leaves.subspan(k));
    path.push_back(naive_root(left ? leaves.subspan(k) : leaves.first(k)));
    return path;
}

/// Section 2.1.2.
std::vector<Hash> naive_subproof(std::size_t m, std::span<const Hash> leaves, bool known) {
    if (m == leaves.size()) return known ? std::vector<Hash>{} : std::vector{naive_root(leaves)};
    std::size_t k = 1;
    while (2 * k < leaves.size()) k *= 2;
    const bool left = m <= k;
    auto path = left ? naive_subproof(m, leaves.first(k), known)
                     : naive_subproof(m - k, leaves.subspan(k), false);
    path.push_back(naive_root(left ? leaves.subspan(k) : leaves.first(k)));
    return path;
}

Subtrees subtrees_of(const std::vector<Hash>& leaves) {
    return [&leaves](unsigned level, std::uint64_t index) {
        const auto width = std::uint64_t{1} << level;
        EXPECT_LE((index + 1) * width, leaves.size()) << "a subtree that is not complete";
        return naive_root(std::span(leaves).subspan(index * width, width));
    };
}

std::vector<std::string> in_hex(const std::vector<Hash>& path) {
    std::vector<std::string> texts;
    for (const auto& hash : path) texts.push_back(to_hex(hash));
    return texts;
}

TEST(MerkleTree, HasTheRootsOfTheReference) {
    Frontier frontier;
    EXPECT_EQ(
        to_hex(frontier.root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    const auto leaves = reference_leaves();
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        frontier.append(leaves[i]);
        EXPECT_EQ(to_hex(frontier.root()), kRoots[i]);
        EXPECT_EQ(to_hex(root_of(i + 1, subtrees_of(leaves))), kRoots[i]);
    }
}

TEST(MerkleTree, GrowsByCompleteSubtreesAsByLeaves) {
    const auto leaves = numbered_leaves(70);
    for (std::size_t before = 0; before < leaves.size(); ++before) {
        Frontier one_by_one;
        for (std::size_t i = 0; i < before; ++i) one_by_one.append(leaves[i]);
        const auto begun = one_by_one;
        for (std::size_t end = before; end <= leaves.size(); ++end) {
            auto at_once = begun;
            const std::vector<Hash> added(&leaves[before], leaves.data() + end);
            for (const auto& subtree : subtrees_over(before, added)) at_once.append(subtree);
            EXPECT_EQ(at_once, one_by_one) << before << " and then to " << end;
            if (end < leaves.size()) one_by_one.append(leaves[end]);
        }
    }
}

TEST(MerkleTree, HasTheLargestCompleteSubtreesOfLeaves) {
    const auto levels = [](std::uint64_t before, std::size_t count) {
        std::vector<unsigned> found;
        for (const auto& [level, root] : subtrees_over(before, numbered_leaves(count))) {
            found.push_back(level);
        }
        return found;
    };
    using testing::ElementsAre;
    EXPECT_THAT(levels(5, 0), testing::IsEmpty());
    EXPECT_THAT(levels(0, 8), ElementsAre(3));
    EXPECT_THAT(levels(0, 7), ElementsAre(2, 1, 0));
    EXPECT_THAT(levels(1, 7), ElementsAre(0, 1, 2));
    EXPECT_THAT(levels(3, 7), ElementsAre(0, 2, 1));
}

TEST(MerkleTree, HasThePathsOfTheReference) {
    const auto leaves = reference_leaves();
    const auto subtrees = subtrees_of(leaves);
    using testing::ElementsAre;
    EXPECT_THAT(inclusion_path(0, 1, subtrees), testing::IsEmpty());
    EXPECT_THAT(
        in_hex(inclusion_path(0, 8, subtrees)),
        ElementsAre(
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
        )
    );
    EXPECT_THAT(
        in_hex(inclusion_path(2, 3, subtrees)),
        ElementsAre("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")
    );
    EXPECT_THAT(
        in_hex(consistency_path(6, 8, subtrees)),
        ElementsAre(
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
        )
    );
    EXPECT_THAT(
        in_hex(consistency_path(2, 5, subtrees)),
        ElementsAre(
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
        )
    );
}

TEST(MerkleTree, ReportsEachCompletedSubtreeOnce) {
    const auto leaves = numbered_leaves(70);
    std::vector<std::pair<unsigned, std::uint64_t>> seen;
    Frontier frontier;
    for (const auto& leaf : leaves) {
        frontier.append(leaf, [&](unsigned level, std::uint64_t index, const Hash& hash) {
            seen.emplace_back(level, index);
            EXPECT_EQ(hash, subtrees_of(leaves)(level, index));
            EXPECT_EQ((index + 1) << level, frontier.size());
        });
    }
    std::vector<std::pair<unsigned, std::uint64_t>> wanted;
    for (unsigned level = 1; 70U >> level != 0; ++level) {
        for (std::uint64_t index = 0; index < 70U >> level; ++index) {
            wanted.emplace_back(level, index);
        }
    }
    std::ranges::sort(seen);
    EXPECT_EQ(seen, wanted);
}

TEST(MerkleTree, ContinuesFromAStoredFrontier) {
    const auto leaves = numbered_leaves(100);
    Frontier frontier;
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        const auto stored =
            Frontier::of(i, {frontier.subtrees().begin(), frontier.subtrees().end()});
        ASSERT_TRUE(stored);
        EXPECT_EQ(*stored, frontier);
        frontier = *stored;
        frontier.append(leaves[i]);
        EXPECT_EQ(frontier.root(), naive_root(std::span(leaves).first(i + 1)));
    }
}

TEST(MerkleTree, RefusesAFrontierThatIsNotOfItsSize) {
    EXPECT_FALSE(Frontier::of(1, {}));
    EXPECT_FALSE(Frontier::of(0, {Hash{}}));
    EXPECT_FALSE(Frontier::of(4, {Hash{}, Hash{}}));
    EXPECT_TRUE(Frontier::of(5, {Hash{}, Hash{}}));
}

TEST(MerkleProofs, AreThoseOfTheDefinition) {
    const auto leaves = numbered_leaves(40);
    const auto subtrees = subtrees_of(leaves);
    for (std::size_t size = 1; size <= leaves.size(); ++size) {
        const auto tree = std::span(leaves).first(size);
        for (std::size_t i = 0; i < size; ++i) {
            const auto path = inclusion_path(i, size, subtrees);
            EXPECT_EQ(path, naive_path(i, tree));
            EXPECT_TRUE(verify_inclusion(leaves[i], i, size, path, naive_root(tree)));
        }
        for (std::size_t from = 1; from <= size; ++from) {
            const auto path = consistency_path(from, size, subtrees);
            EXPECT_EQ(path, naive_subproof(from, tree, true));
            EXPECT_TRUE(verify_consistency(
                from, size, path, naive_root(std::span(leaves).first(from)), naive_root(tree)
            ));
        }
    }
}

TEST(MerkleProofs, HoldOnlyForWhatTheyWereMadeFor) {
    const auto leaves = numbered_leaves(21);
    const auto subtrees = subtrees_of(leaves);
    for (std::size_t size = 1; size <= leaves.size(); ++size) {
        const auto root = naive_root(std::span(leaves).first(size));
        for (std::size_t i = 0; i < size; ++i) {
            const auto path = inclusion_path(i, size, subtrees);
            for (std::size_t other = 0; other < size + 2; ++other) {
                EXPECT_EQ(verify_inclusion(leaves[i], other, size, path, root), other == i);
            }
            EXPECT_FALSE(verify_inclusion(leaf_hash("other"), i, size, path, root));
            EXPECT_FALSE(verify_inclusion(leaves[i], i, size, path, leaf_hash("other")));
            auto longer = path;
            longer.push_back(root);
            EXPECT_FALSE(verify_inclusion(leaves[i], i, size, longer, root));
            for (std::size_t at = 0; at < path.size(); ++at) {
                auto changed = path;
                changed[at][7] ^= 1;
                EXPECT_FALSE(verify_inclusion(leaves[i], i, size, changed, root));
                auto shorter = path;
                shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(at));
                EXPECT_FALSE(verify_inclusion(leaves[i], i, size, shorter, root));
            }
        }
    }
}

TEST(MerkleProofs, OfConsistencyHoldOnlyForTheirTrees) {
    const auto leaves = numbered_leaves(21);
    const auto subtrees = subtrees_of(leaves);
    const auto root = [&](std::size_t size) { return naive_root(std::span(leaves).first(size)); };
    for (std::size_t to = 1; to <= leaves.size(); ++to) {
        for (std::size_t from = 1; from <= to; ++from) {
            const auto path = consistency_path(from, to, subtrees);
            const auto holds = [&](const std::vector<Hash>& other) {
                return verify_consistency(from, to, other, root(from), root(to));
            };
            EXPECT_TRUE(holds(path));
            if (from != to) {
                EXPECT_FALSE(verify_consistency(from, to, path, root(from), root(to - 1)));
                EXPECT_FALSE(verify_consistency(from, to, path, leaf_hash("other"), root(to)));
                EXPECT_FALSE(verify_consistency(to, from, path, root(to), root(from)));
            }
            auto longer = path;
            longer.push_back(root(to));
            EXPECT_FALSE(holds(longer));
            for (std::size_t at = 0; at < path.size(); ++at) {
                auto changed = path;
                changed[at][31] ^= 128;
                EXPECT_FALSE(holds(changed));
                auto shorter = path;
                shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(at));
                EXPECT_FALSE(holds(shorter));
            }
        }
    }
}

TEST(MerkleProofs, OfConsistencyWithAnEmptyTreeAreRefused) {
    const auto root = naive_root(numbered_leaves(5));
    const std::vector<Hash> path{root};
    EXPECT_FALSE(verify_consistency(0, 5, {}, empty_root(), root));
    EXPECT_FALSE(verify_consistency(0, 5, path, empty_root(), root));
    EXPECT_FALSE(verify_consistency(0, 0, {}, empty_root(), empty_root()));
}

TEST(MerkleProofs, OfTheLastLeafHaveTheWholeFrontier) {
    const auto leaves = numbered_leaves(70);
    const auto subtrees = subtrees_of(leaves);
    Frontier tree;
    for (std::size_t size = 1; size <= leaves.size(); ++size) {
        tree.append(leaves[size - 1]);
        const auto path = inclusion_path(size - 1, size, subtrees);
        EXPECT_EQ(Frontier::of_last(size, leaves[size - 1], path), tree);
        auto longer = path;
        longer.push_back(leaves[0]);
        EXPECT_EQ(Frontier::of_last(size, leaves[size - 1], longer), std::nullopt);
        if (path.empty()) continue;
        const auto shorter = std::span(path).subspan(1);
        EXPECT_EQ(Frontier::of_last(size, leaves[size - 1], shorter), std::nullopt);
    }
    EXPECT_EQ(Frontier::of_last(0, leaves[0], {}), std::nullopt);
}

TEST(MerkleProofs, OfLargeTreesNeedOnlyCompleteSubtrees) {
    // The hash of a subtree is made of its place here, so the tree may be of any size.
    const Subtrees subtrees = [](unsigned level, std::uint64_t index) {
        return leaf_hash(std::to_string(level) + "/" + std::to_string(index));
    };
    const auto size = (std::uint64_t{1} << 40) + 12'345;
    EXPECT_EQ(inclusion_path(size - 1, size, subtrees).size(), std::popcount(size) - 1U);
    EXPECT_LE(inclusion_path(7, size, subtrees).size(), 41U);
    EXPECT_LE(consistency_path(size / 3, size, subtrees).size(), 42U);
}

TEST(MerkleProofs, HoldForTheLargestTrees) {
    // A tree of equal leaves: the hash of a subtree depends on its level alone.
    std::vector<Hash> levels{leaf_hash("x")};
    while (levels.size() < 64) levels.push_back(node_hash(levels.back(), levels.back()));
    const Subtrees subtrees = [&](unsigned level, std::uint64_t) { return levels[level]; };
    std::mt19937_64 random(6962);  // NOLINT: the same trees every time
    for (int i = 0; i < 200; ++i) {
        const auto size = (random() >> (random() % 60)) | 1;
        const auto index = random() % size;
        const auto root = root_of(size, subtrees);
        const auto path = inclusion_path(index, size, subtrees);
        EXPECT_TRUE(verify_inclusion(levels[0], index, size, path, root)) << index << "/" << size;
        const auto from = index + 1;
        EXPECT_TRUE(verify_consistency(
            from, size, consistency_path(from, size, subtrees), root_of(from, subtrees), root
        ));
    }
}

}  // namespace
}  // namespace consularia::ledger
