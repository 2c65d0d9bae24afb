#include "ledger/record/sparse_tree.hpp"

#include "base/check.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace consularia::ledger {
namespace {

constexpr char kLeaf = 2;
constexpr char kNode = 3;
constexpr unsigned kBits = 8 * sizeof(Hash);

Hash hash_of(char mark, const Hash& one, const Hash& other) {
    std::array<char, 1 + 2 * sizeof(Hash)> bytes{mark};
    const auto end = std::ranges::copy(one, bytes.begin() + 1).out;
    std::ranges::copy(other, end);
    return sha256({bytes.data(), bytes.size()});
}

/// How many of the leaves have a zero there.
std::size_t zeros_of(std::span<const SparseLeaf> leaves, unsigned bit) {
    CHECK(bit < kBits);
    const auto ones = std::ranges::partition_point(leaves, [bit](const SparseLeaf& leaf) {
        return !bit_of(leaf.key, bit);
    });
    return static_cast<std::size_t>(ones - leaves.begin());
}

bool shares_bits(const Hash& one, const Hash& other, std::size_t bits) {
    for (unsigned bit = 0; bit < bits; ++bit) {
        if (bit_of(one, bit) != bit_of(other, bit)) return false;
    }
    return true;
}

}  // namespace

Hash sparse_leaf_hash(const SparseLeaf& leaf) {
    return hash_of(kLeaf, leaf.key, leaf.value);
}

SparseNode join(const SparseNode& left, const SparseNode& right) {
    const auto leaves = left.leaves + right.leaves;
    if (leaves < 2) return left.leaves == 1 ? left : right;
    return {leaves, hash_of(kNode, left.hash, right.hash)};
}

SparseNode sparse_tree(std::span<const SparseLeaf> leaves, unsigned depth) {
    if (leaves.empty()) return {};
    if (leaves.size() == 1) return {1, sparse_leaf_hash(leaves.front())};
    const auto zeros = zeros_of(leaves, depth);
    return join(
        sparse_tree(leaves.first(zeros), depth + 1), sparse_tree(leaves.subspan(zeros), depth + 1)
    );
}

std::optional<SparseLeaf> descend(
    std::span<const SparseLeaf> leaves, const Hash& key, unsigned depth, std::vector<Hash>& siblings
) {
    for (; leaves.size() > 1; ++depth) {
        const auto zeros = zeros_of(leaves, depth);
        auto way = leaves.first(zeros);
        auto sibling = leaves.subspan(zeros);
        if (bit_of(key, depth)) std::swap(way, sibling);
        siblings.push_back(sparse_tree(sibling, depth + 1).hash);
        leaves = way;
    }
    return leaves.empty() ? std::nullopt : std::optional(leaves.front());
}

std::optional<Hash> root_of(const SparseProof& proof, const Hash& key) {
    auto depth = proof.path.size();
    if (depth > kBits) return std::nullopt;
    Hash hash{};
    if (proof.end) {
        if (!shares_bits(proof.end->key, key, depth)) return std::nullopt;
        hash = sparse_leaf_hash(*proof.end);
    }
    for (const auto& sibling : proof.path) {
        --depth;
        const bool right = bit_of(key, static_cast<unsigned>(depth));
        hash = right ? hash_of(kNode, sibling, hash) : hash_of(kNode, hash, sibling);
    }
    return hash;
}

Hash history_with(const Hash& before, const Hash& leaf) {
    std::array<char, 2 * sizeof(Hash)> bytes{};
    const auto end = std::ranges::copy(before, bytes.begin()).out;
    std::ranges::copy(leaf, end);
    return sha256({bytes.data(), bytes.size()});
}

}  // namespace consularia::ledger
