#include "ledger/record/sparse_tree.hpp"

#include "base/check.hpp"
#include "ledger/record/hash_batch.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace consularia::ledger {
namespace {

constexpr char kLeaf = 2;
constexpr char kNode = 3;
constexpr unsigned kBits = 8 * sizeof(Hash);
constexpr std::size_t kMany = 64;  ///< It pays to compute so many leaves together.

using Bytes = std::array<char, 1 + 2 * sizeof(Hash)>;

Bytes bytes_of(char mark, const Hash& one, const Hash& other) {
    Bytes bytes{mark};
    const auto end = std::ranges::copy(one, bytes.begin() + 1).out;
    std::ranges::copy(other, end);
    return bytes;
}

Hash hash_of(char mark, const Hash& one, const Hash& other) {
    const auto bytes = bytes_of(mark, one, other);
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

/// Computes the hashes of a tree in rounds: in each those that only need hashes of earlier ones.
class Rounds {
  public:
    /// There are at least two leaves, which share the first `depth` bits.
    Hash root_of(std::span<const SparseLeaf> leaves, unsigned depth) {
        hashes_.assign(1, Hash{});  // of nothing
        const auto root = add(leaves, depth);
        compute(leaves_, [](const Leaf& leaf) {
            return bytes_of(kLeaf, leaf.leaf->key, leaf.leaf->value);
        });
        for (const auto& joins : joins_) {
            compute(joins, [this](const Join& join) {
                return bytes_of(kNode, hashes_[join.left], hashes_[join.right]);
            });
        }
        return hashes_[root.place];
    }

  private:
    struct Leaf {
        std::size_t place;  ///< Where its hash is put.
        const SparseLeaf* leaf;
    };

    struct Join {
        std::size_t place;
        std::size_t left;
        std::size_t right;
    };

    struct Added {
        std::size_t place = 0;
        std::size_t rounds = 0;  ///< After so many it is known.
    };

    std::size_t new_place() {
        hashes_.emplace_back();
        return hashes_.size() - 1;
    }

    Added add(std::span<const SparseLeaf> leaves, unsigned depth) {
        if (leaves.empty()) return {};
        if (leaves.size() == 1) {
            leaves_.push_back({new_place(), &leaves.front()});
            return {leaves_.back().place, 0};
        }
        const auto zeros = zeros_of(leaves, depth);
        const auto left = add(leaves.first(zeros), depth + 1);
        const auto right = add(leaves.subspan(zeros), depth + 1);
        const auto round = std::max(left.rounds, right.rounds);
        if (round == joins_.size()) joins_.emplace_back();
        joins_[round].push_back({new_place(), left.place, right.place});
        return {joins_[round].back().place, round + 1};
    }

    template <class Part, class BytesOf>
    void compute(const std::vector<Part>& parts, BytesOf bytes_of_part) {
        std::vector<Bytes> all;
        all.reserve(parts.size());
        HashBatch batch;
        for (const auto& part : parts) {
            const auto& bytes = all.emplace_back(bytes_of_part(part));
            batch.add({bytes.data(), bytes.size()}, hashes_[part.place]);
        }
        batch.finish();
    }

    std::vector<Hash> hashes_;
    std::vector<Leaf> leaves_;
    std::vector<std::vector<Join>> joins_;
};

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
    if (leaves.size() >= kMany) return {leaves.size(), Rounds().root_of(leaves, depth)};
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
    const auto bytes = history_step(before, leaf);
    return sha256({bytes.data(), bytes.size()});
}

HistoryStep history_step(const Hash& before, const Hash& leaf) {
    HistoryStep bytes{};
    const auto end = std::ranges::copy(before, bytes.begin()).out;
    std::ranges::copy(leaf, end);
    return bytes;
}

}  // namespace consularia::ledger
