#pragma once
// A sparse Merkle tree: leaves under keys of 256 bits, whose path from the root the bits of the key
// are, the highest first. Its root commits to the value of every key, and to the absence of all
// others. docs/auditing.md has the rules for verifiers. Pure.

#include "ledger/record/hash.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace consularia::ledger {

struct SparseLeaf {
    Hash key{};
    Hash value{};

    friend bool operator==(const SparseLeaf&, const SparseLeaf&) = default;
};

/// A subtree. Without leaves its hash is zero; with one it is that leaf's, at any depth: so a path
/// is about as long as the binary logarithm of the number of leaves.
struct SparseNode {
    std::uint64_t leaves = 0;
    Hash hash{};

    friend bool operator==(const SparseNode&, const SparseNode&) = default;
};

/// SHA-256(0x02 | key | value).
[[nodiscard]] Hash sparse_leaf_hash(const SparseLeaf& leaf);

/// With at least two leaves below: SHA-256(0x03 | left | right).
[[nodiscard]] SparseNode join(const SparseNode& left, const SparseNode& right);

/// Bit 0 is the highest one of the first byte.
[[nodiscard]] constexpr bool bit_of(const Hash& key, unsigned bit) {
    return (key[bit / 8] >> (7 - bit % 8) & 1U) != 0;
}

/// The subtree of these leaves, which are ordered by key, have different keys, and share the first
/// `depth` bits of them.
[[nodiscard]] SparseNode sparse_tree(std::span<const SparseLeaf> leaves, unsigned depth = 0);

/// Where the way of a key ends: at its own leaf, at the only leaf of a subtree that has another
/// key, or at nothing.
struct SparseProof {
    std::optional<SparseLeaf> end;
    std::vector<Hash> path;  ///< The siblings of the way, from its end to the root.
};

/// Goes the way of the key down from this depth, in a subtree of leaves as above; adds its siblings
/// to `siblings`, from the top down, and returns the leaf at its end.
[[nodiscard]] std::optional<SparseLeaf> descend(
    std::span<const SparseLeaf> leaves, const Hash& key, unsigned depth, std::vector<Hash>& siblings
);

/// The root that the proof leads to, if it is one for this key; empty if it is none.
[[nodiscard]] std::optional<Hash> root_of(const SparseProof& proof, const Hash& key);

/// What has happened to one subject, as a chain of all records about it: SHA-256 of the hash of the
/// history before, zero at first, and the record's leaf hash (merkle.hpp).
[[nodiscard]] Hash history_with(const Hash& before, const Hash& leaf);

/// The bytes whose hash that is.
using HistoryStep = std::array<char, 2 * sizeof(Hash)>;
[[nodiscard]] HistoryStep history_step(const Hash& before, const Hash& leaf);

}  // namespace consularia::ledger
