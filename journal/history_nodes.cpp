#include "journal/history_nodes.hpp"

#include "journal/history_table.hpp"
#include "journal/rows.hpp"
#include "ledger/log/storage_error.hpp"
#include "tables/numbers.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

namespace consularia::journal {
namespace {

using ledger::Hash;
using ledger::SparseLeaf;
using ledger::SparseNode;

/// A subtree with no more has no rows below its own.
constexpr std::uint64_t kFewLeaves = 32;
/// A digit of a prefix has these.
constexpr unsigned kBits = 4;
constexpr std::size_t kDigits = 1U << kBits;
constexpr std::size_t kNumber = sizeof(std::uint64_t);

using Children = std::array<SparseNode, kDigits>;

std::string_view bytes_of(const Hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

std::size_t digit_of(const Hash& key, std::size_t index) {
    return key[index / 2] >> (index % 2 == 0 ? kBits : 0U) & (kDigits - 1);
}

unsigned depth_of(std::string_view prefix) {
    return kBits * static_cast<unsigned>(prefix.size());
}

/// A number and a hash: the form of both tables.
std::string encode(std::uint64_t number, const Hash& hash) {
    std::string row;
    tables::append_number(row, number);
    row += bytes_of(hash);
    return row;
}

std::pair<std::uint64_t, Hash> decode(std::string_view row) {
    std::pair<std::uint64_t, Hash> read;
    if (row.size() != kNumber + read.second.size()) {
        throw ledger::StorageError("the store of histories is damaged: a row has another form");
    }
    read.first = tables::number_in(row.substr(0, kNumber));
    std::ranges::copy(row.substr(kNumber), read.second.begin());
    return read;
}

SparseNode decode_node(std::string_view row) {
    const auto [leaves, hash] = decode(row);
    return {leaves, hash};
}

SparseNode join_all(std::span<const SparseNode> nodes) {
    if (nodes.size() == 1) return nodes.front();
    const auto half = nodes.size() / 2;
    return ledger::join(join_all(nodes.first(half)), join_all(nodes.subspan(half)));
}

std::uint64_t leaves_of(std::span<const SparseNode> nodes) {
    std::uint64_t leaves = 0;
    for (const auto& node : nodes) leaves += node.leaves;
    return leaves;
}

/// The rows of one organization. A prefix has a character for each digit.
class Rows {
  public:
    Rows(const tables::Reader& reader, domain::OrganizationId organization)
        : reader_(reader), organization_(organization_key(organization)) {}

    [[nodiscard]] std::string key_of(std::string_view prefix) const {
        auto key = organization_;
        key += static_cast<char>(prefix.size());
        return key.append(prefix);
    }

    [[nodiscard]] SparseNode node(std::string_view prefix) const {
        const auto row = reader_.get(HistoryTable::nodes, key_of(prefix));
        return row ? decode_node(*row) : SparseNode{};
    }

    [[nodiscard]] Children children(const std::string& prefix) const {
        Children children;
        const auto from = key_of(prefix + '\0');
        const auto to = key_of(prefix + static_cast<char>(kDigits));
        const auto rows = reader_.scan(HistoryTable::nodes, from, to);
        for (; rows->valid(); rows->next()) {
            const auto digit = static_cast<std::size_t>(rows->key().back());
            children.at(digit) = decode_node(rows->value());
        }
        return children;
    }

    /// In the order of their keys.
    [[nodiscard]] std::vector<SparseLeaf> leaves(std::string_view prefix) const {
        Hash from{};
        Hash last{};
        for (std::size_t i = 0; i < last.size() * 2; ++i) {
            const bool in = i < prefix.size();
            const auto shift = i % 2 == 0 ? kBits : 0U;
            const auto least = in ? static_cast<std::size_t>(prefix[i]) : 0;
            const auto most = in ? least : kDigits - 1;
            from[i / 2] = static_cast<std::uint8_t>(from[i / 2] | least << shift);
            last[i / 2] = static_cast<std::uint8_t>(last[i / 2] | most << shift);
        }
        auto after = organization_ + std::string(bytes_of(last));
        after += '\0';
        std::vector<SparseLeaf> leaves;
        const auto rows = reader_.scan(
            HistoryTable::subjects, organization_ + std::string(bytes_of(from)), after
        );
        for (; rows->valid(); rows->next()) {
            SparseLeaf leaf;
            const auto subject = rows->key().substr(organization_.size());
            if (subject.size() != leaf.key.size()) break;
            std::ranges::copy(subject, leaf.key.begin());
            leaf.value = decode_subject(rows->value()).history;
            leaves.push_back(leaf);
        }
        return leaves;
    }

  private:
    const tables::Reader& reader_;
    const std::string organization_;
};

/// Writes what has changed.
class Update {
  public:
    Update(tables::WriteSet& writes, domain::OrganizationId organization)
        : writes_(writes), rows_(writes, organization) {}

    SparseNode subtree(const std::string& prefix, std::span<const Hash> changed) {
        const bool few = rows_.node(prefix).leaves <= kFewLeaves;
        return put(prefix, few ? build(prefix, rows_.leaves(prefix)) : change(prefix, changed));
    }

  private:
    SparseNode put(std::string_view prefix, const SparseNode& node) {
        writes_.put(HistoryTable::nodes, rows_.key_of(prefix), encode(node.leaves, node.hash));
        return node;
    }

    /// Has no rows below its own yet.
    SparseNode build(const std::string& prefix, std::span<const SparseLeaf> leaves) {
        if (leaves.size() <= kFewLeaves) return ledger::sparse_tree(leaves, depth_of(prefix));
        Children children;
        while (!leaves.empty()) {
            const auto digit = digit_of(leaves.front().key, prefix.size());
            const auto end = std::ranges::find_if(leaves, [&](const SparseLeaf& leaf) {
                return digit_of(leaf.key, prefix.size()) != digit;
            });
            const auto part = leaves.first(static_cast<std::size_t>(end - leaves.begin()));
            const auto below = prefix + static_cast<char>(digit);
            children.at(digit) = put(below, build(below, part));
            leaves = leaves.subspan(part.size());
        }
        return join_all(children);
    }

    SparseNode change(const std::string& prefix, std::span<const Hash> changed) {
        auto children = rows_.children(prefix);
        while (!changed.empty()) {
            const auto digit = digit_of(changed.front(), prefix.size());
            const auto end = std::ranges::find_if(changed, [&](const Hash& key) {
                return digit_of(key, prefix.size()) != digit;
            });
            const auto part = changed.first(static_cast<std::size_t>(end - changed.begin()));
            children.at(digit) = subtree(prefix + static_cast<char>(digit), part);
            changed = changed.subspan(part.size());
        }
        return join_all(children);
    }

    tables::WriteSet& writes_;
    const Rows rows_;
};

/// Goes down to where the way of a key ends.
class Way {
  public:
    Way(const Rows& rows, const Hash& key) : rows_(rows), key_(key) {}

    [[nodiscard]] ledger::SparseProof find() {
        std::string prefix;
        bool ended = false;
        while (!ended && rows_.node(prefix).leaves > kFewLeaves) ended = pass(prefix);
        proof_.end = ledger::descend(rows_.leaves(prefix), key_, depth_of(prefix), proof_.path);
        std::ranges::reverse(proof_.path);
        return std::move(proof_);
    }

  private:
    /// Adds the next digit to the prefix. Returns true if the way ends before: then the prefix is
    /// that of the only leaf there, or of none.
    bool pass(std::string& prefix) {
        const auto children = rows_.children(prefix);
        std::span<const SparseNode> way = children;
        std::size_t first = 0;
        for (auto bit = depth_of(prefix); way.size() > 1 && leaves_of(way) > 1; ++bit) {
            const auto half = way.size() / 2;
            const bool right = ledger::bit_of(key_, bit);
            const auto sibling = right ? way.first(half) : way.subspan(half);
            proof_.path.push_back(join_all(sibling).hash);
            way = right ? way.subspan(half) : way.first(half);
            if (right) first += half;
        }
        const auto leaf =
            std::ranges::find_if(way, [](const SparseNode& one) { return one.leaves > 0; });
        const bool ended = way.size() > 1;
        if (leaf != way.end()) first += static_cast<std::size_t>(leaf - way.begin());
        prefix += static_cast<char>(first);
        return ended;
    }

    const Rows& rows_;
    const Hash& key_;
    ledger::SparseProof proof_;
};

}  // namespace

std::string subject_key(domain::OrganizationId organization, const Hash& subject) {
    return organization_key(organization) + std::string(bytes_of(subject));
}

std::string encode_subject(const SubjectRow& row) {
    return encode(row.records, row.history);
}

SubjectRow decode_subject(std::string_view row) {
    const auto [records, history] = decode(row);
    return {records, history};
}

Hash update_nodes(
    tables::WriteSet& writes, domain::OrganizationId organization, std::span<const Hash> changed
) {
    return Update(writes, organization).subtree("", changed).hash;
}

ledger::SparseProof find_path(
    const tables::Reader& reader, domain::OrganizationId organization, const Hash& subject
) {
    const Rows rows(reader, organization);
    return Way(rows, subject).find();
}

}  // namespace consularia::journal
