#pragma once
// The Merkle tree over the records of an organization (RFC 6962, section 2.1; RFC 9162): its leaves
// are the facts in the order of their sequences, leaf 0 is fact 1. Pure.

#include "ledger/record/hash.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::ledger {

inline constexpr char kLeafMark = 0;

/// SHA-256(0x00 | record), which is the mark of leaves.
[[nodiscard]] Hash leaf_hash(std::string_view record);

/// SHA-256(0x01 | left | right).
[[nodiscard]] Hash node_hash(const Hash& left, const Hash& right);

/// The root of a tree without leaves: SHA-256 of nothing.
[[nodiscard]] Hash empty_root();

/// The root of the 2^level leaves of a complete subtree. Level 0 is a leaf.
struct Subtree {
    unsigned level = 0;
    Hash root{};

    friend bool operator==(const Subtree&, const Subtree&) = default;
};

/// The largest complete subtrees that a tree has over these leaves, in their order, if `before`
/// others come before them.
[[nodiscard]] std::vector<Subtree> subtrees_over(std::uint64_t before, std::vector<Hash> leaves);

/// A tree that only grows: the roots of its complete subtrees, the largest first. There is one for
/// each bit of its size, so that a leaf is added without the leaves before it.
class Frontier {
  public:
    Frontier() = default;

    /// As size() and subtrees() were. Empty if they do not belong together.
    [[nodiscard]] static std::optional<Frontier> of(std::uint64_t size, std::vector<Hash> subtrees);

    /// From the inclusion path of the last leaf, whose siblings are all to its left. Empty if the
    /// path has another length; whether the hashes are those of a tree only its root says.
    [[nodiscard]] static std::optional<Frontier> of_last(
        std::uint64_t size, const Hash& leaf, std::span<const Hash> path
    );

    [[nodiscard]] std::uint64_t size() const { return size_; }

    [[nodiscard]] std::span<const Hash> subtrees() const { return subtrees_; }

    [[nodiscard]] Hash root() const;

    /// Adds a leaf. Calls back with each subtree that it completes, from small to large:
    /// (level, index, hash) of the 2^level leaves from index * 2^level on; level 1 is the smallest.
    template <class OnSubtree>
    void append(const Hash& leaf, OnSubtree&& on_subtree) {
        append(Subtree{0, leaf}, std::forward<OnSubtree>(on_subtree));
    }

    void append(const Hash& leaf) { append(Subtree{0, leaf}); }

    /// Adds all leaves of a subtree. Precondition: those before it are a multiple of as many.
    void append(const Subtree& subtree) {
        append(subtree, [](unsigned, std::uint64_t, const Hash&) {});
    }

    friend bool operator==(const Frontier&, const Frontier&) = default;

  private:
    template <class OnSubtree>
    void append(const Subtree& subtree, OnSubtree&& on_subtree) {
        Hash hash = subtree.root;
        size_ += std::uint64_t{1} << subtree.level;
        const auto completed = static_cast<unsigned>(std::countr_zero(size_));
        for (unsigned level = subtree.level + 1; level <= completed; ++level) {
            hash = node_hash(subtrees_.back(), hash);
            subtrees_.pop_back();
            on_subtree(level, (size_ >> level) - 1, hash);
        }
        subtrees_.push_back(hash);
    }

    std::uint64_t size_ = 0;
    std::vector<Hash> subtrees_;
};

/// Where the hashes of complete subtrees come from: of the 2^level leaves from index * 2^level on.
/// Level 0 is a leaf hash.
using Subtrees = std::function<Hash(unsigned level, std::uint64_t index)>;

/// The root of the first `size` leaves.
[[nodiscard]] Hash root_of(std::uint64_t size, const Subtrees& subtrees);

/// The path from a leaf to the root of the first `size` leaves (RFC 9162, section 2.1.3.1).
/// Precondition: index < size.
[[nodiscard]] std::vector<Hash> inclusion_path(
    std::uint64_t index, std::uint64_t size, const Subtrees& subtrees
);

/// What shows that the tree of `from` leaves is the beginning of that of `to` (RFC 9162, section
/// 2.1.4.1); nothing if they are the same. Precondition: 1 <= from <= to.
[[nodiscard]] std::vector<Hash> consistency_path(
    std::uint64_t from, std::uint64_t to, const Subtrees& subtrees
);

/// Whether the path leads from the leaf to the root (RFC 9162, section 2.1.3.2). False for an index
/// that is not in the tree.
[[nodiscard]] bool verify_inclusion(
    const Hash& leaf,
    std::uint64_t index,
    std::uint64_t size,
    std::span<const Hash> path,
    const Hash& root
);

/// Whether the path shows that a tree of `from` leaves with the one root is the beginning of a tree
/// of `to` leaves with the other (RFC 9162, section 2.1.4.2). False for `from` 0, whatever the
/// path: an empty tree is the beginning of every tree, so nothing would be proven.
[[nodiscard]] bool verify_consistency(
    std::uint64_t from,
    std::uint64_t to,
    std::span<const Hash> path,
    const Hash& from_root,
    const Hash& to_root
);

}  // namespace consularia::ledger
