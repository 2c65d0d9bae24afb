#include "ledger/record/merkle.hpp"

#include "base/check.hpp"
#include "ledger/record/hash_batch.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace consularia::ledger {
namespace {

constexpr char kNode = 1;

std::string_view bytes_of(const Hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

using Node = std::array<char, 1 + 2 * sizeof(Hash)>;

Node node_of(const Hash& left, const Hash& right) {
    Node bytes{kNode};
    const auto end = std::ranges::copy(bytes_of(left), bytes.begin() + 1).out;
    std::ranges::copy(bytes_of(right), end);
    return bytes;
}

/// The children are left and right in turn.
std::vector<Hash> parents_of(std::span<const Hash> children) {
    std::vector<Node> nodes;
    nodes.reserve(children.size() / 2);
    for (; !children.empty(); children = children.subspan(2)) {
        nodes.push_back(node_of(children[0], children[1]));
    }
    std::vector<Hash> parents(nodes.size());
    HashBatch batch;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        batch.add({nodes[i].data(), nodes[i].size()}, parents[i]);
    }
    batch.finish();
    return parents;
}

/// The leaves of the left child of a node with this many leaves: the largest power of two below.
std::uint64_t left_leaves(std::uint64_t leaves) {
    return std::bit_floor(leaves - 1);
}

/// The root of the leaves of [begin, end). `begin` is where a node of the tree begins.
Hash range_root(std::uint64_t begin, std::uint64_t end, const Subtrees& subtrees) {
    const auto leaves = end - begin;
    if (std::has_single_bit(leaves)) {
        const auto level = static_cast<unsigned>(std::countr_zero(leaves));
        return subtrees(level, begin >> level);
    }
    const auto middle = begin + left_leaves(leaves);
    return node_hash(range_root(begin, middle, subtrees), range_root(middle, end, subtrees));
}

/// The parts of a path as ranges of leaves, from the root's children down: it goes to `index`, or,
/// to `until`, to the node that ends there.
struct Descent {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> siblings;

    /// Goes to the child that has the leaf.
    void step(std::uint64_t leaf) {
        const auto middle = begin + left_leaves(end - begin);
        if (leaf < middle) {
            siblings.emplace_back(middle, end);
            end = middle;
        } else {
            siblings.emplace_back(begin, middle);
            begin = middle;
        }
    }

    [[nodiscard]] std::vector<Hash> hashes(const Subtrees& subtrees) const {
        std::vector<Hash> path;
        path.reserve(siblings.size() + 1);
        for (auto at = siblings.rbegin(); at != siblings.rend(); ++at) {
            path.push_back(range_root(at->first, at->second, subtrees));
        }
        return path;
    }
};

}  // namespace

Hash leaf_hash(std::string_view record) {
    std::string bytes;
    bytes.reserve(1 + record.size());
    bytes += kLeafMark;
    bytes += record;
    return sha256(bytes);
}

Hash node_hash(const Hash& left, const Hash& right) {
    const auto bytes = node_of(left, right);
    return sha256({bytes.data(), bytes.size()});
}

Hash empty_root() {
    return sha256("");
}

std::vector<Subtree> subtrees_over(std::uint64_t before, std::vector<Hash> leaves) {
    std::vector<Subtree> subtrees;
    std::vector<Subtree> last;  // from the last one on
    auto roots = std::move(leaves);
    for (unsigned level = 0; !roots.empty(); ++level, before /= 2) {
        std::span<const Hash> pairs = roots;
        if (before % 2 == 1) {
            subtrees.push_back({level, pairs.front()});
            pairs = pairs.subspan(1);
            ++before;
        }
        if (pairs.size() % 2 == 1) {
            last.push_back({level, pairs.back()});
            pairs = pairs.first(pairs.size() - 1);
        }
        roots = parents_of(pairs);
    }
    subtrees.insert(subtrees.end(), last.rbegin(), last.rend());
    return subtrees;
}

std::optional<Frontier> Frontier::of(std::uint64_t size, std::vector<Hash> subtrees) {
    if (std::cmp_not_equal(std::popcount(size), subtrees.size())) return std::nullopt;
    Frontier frontier;
    frontier.size_ = size;
    frontier.subtrees_ = std::move(subtrees);
    return frontier;
}

std::optional<Frontier> Frontier::of_last(
    std::uint64_t size, const Hash& leaf, std::span<const Hash> path
) {
    if (size == 0) return std::nullopt;
    const auto merged = static_cast<std::size_t>(std::countr_zero(size));
    const auto others = static_cast<std::size_t>(std::popcount(size)) - 1;
    if (path.size() != merged + others) return std::nullopt;
    Frontier frontier;
    frontier.size_ = size;
    frontier.subtrees_.assign(path.rbegin(), path.rbegin() + static_cast<std::ptrdiff_t>(others));
    Hash last = leaf;
    for (const auto& sibling : path.first(merged)) last = node_hash(sibling, last);
    frontier.subtrees_.push_back(last);
    return frontier;
}

Hash Frontier::root() const {
    if (subtrees_.empty()) return empty_root();
    auto at = subtrees_.rbegin();
    Hash root = *at;
    while (++at != subtrees_.rend()) root = node_hash(*at, root);
    return root;
}

Hash root_of(std::uint64_t size, const Subtrees& subtrees) {
    return size == 0 ? empty_root() : range_root(0, size, subtrees);
}

std::vector<Hash> inclusion_path(
    std::uint64_t index, std::uint64_t size, const Subtrees& subtrees
) {
    CHECK(index < size);
    Descent descent{0, size, {}};
    while (descent.end - descent.begin > 1) descent.step(index);
    return descent.hashes(subtrees);
}

std::vector<Hash> consistency_path(std::uint64_t from, std::uint64_t to, const Subtrees& subtrees) {
    CHECK(1 <= from && from <= to);
    if (from == to) return {};
    Descent descent{0, to, {}};
    while (descent.end != from) descent.step(from - 1);
    auto path = descent.hashes(subtrees);
    // The verifier has the node at which this ends already if it is the whole older tree.
    if (descent.begin != 0) {
        path.insert(path.begin(), range_root(descent.begin, descent.end, subtrees));
    }
    return path;
}

bool verify_inclusion(
    const Hash& leaf,
    std::uint64_t index,
    std::uint64_t size,
    std::span<const Hash> path,
    const Hash& root
) {
    if (index >= size) return false;
    auto node = index;
    auto last = size - 1;
    Hash hash = leaf;
    for (const auto& sibling : path) {
        if (last == 0) return false;
        if (node % 2 == 1 || node == last) {
            hash = node_hash(sibling, hash);
            while (node % 2 == 0 && node != 0) {
                node /= 2;
                last /= 2;
            }
        } else {
            hash = node_hash(hash, sibling);
        }
        node /= 2;
        last /= 2;
    }
    return last == 0 && hash == root;
}

bool verify_consistency(
    std::uint64_t from,
    std::uint64_t to,
    std::span<const Hash> path,
    const Hash& from_root,
    const Hash& to_root
) {
    if (from == 0 || from > to) return false;
    if (from == to) return path.empty() && from_root == to_root;
    auto node = from - 1;
    auto last = to - 1;
    while (node % 2 == 1) {
        node /= 2;
        last /= 2;
    }
    // A node of 0 is the whole older tree, whose root is known; otherwise the path begins with it.
    if (node != 0 && path.empty()) return false;
    const Hash first = node == 0 ? from_root : path.front();
    Hash older = first;
    Hash newer = first;
    for (const auto& sibling : node == 0 ? path : path.subspan(1)) {
        if (last == 0) return false;
        if (node % 2 == 1 || node == last) {
            older = node_hash(sibling, older);
            newer = node_hash(sibling, newer);
            while (node % 2 == 0 && node != 0) {
                node /= 2;
                last /= 2;
            }
        } else {
            newer = node_hash(newer, sibling);
        }
        node /= 2;
        last /= 2;
    }
    return last == 0 && older == from_root && newer == to_root;
}

}  // namespace consularia::ledger
