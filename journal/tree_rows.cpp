#include "journal/tree_rows.hpp"

#include "journal/rows.hpp"
#include "journal/table.hpp"
#include "ledger/log/storage_error.hpp"
#include "tables/numbers.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace consularia::journal {
namespace {

constexpr std::string_view kTree = "tree/";
constexpr std::string_view kSubtree = "subtree/";
constexpr std::size_t kNumber = sizeof(std::uint64_t);

[[noreturn]] void damaged() {
    throw ledger::StorageError("the journal is damaged: a row of a tree has another form");
}

}  // namespace

std::string tree_key(domain::OrganizationId organization) {
    return std::string(kTree) + organization_key(organization);
}

std::string_view encode_hash(const ledger::Hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

ledger::Hash decode_hash(std::string_view row) {
    ledger::Hash hash;
    if (row.size() != hash.size()) damaged();
    std::ranges::copy(row, hash.begin());
    return hash;
}

std::string encode_tree(const ledger::Frontier& tree) {
    std::string row;
    row.reserve(kNumber + tree.subtrees().size() * sizeof(ledger::Hash));
    tables::append_number(row, tree.size());
    for (const auto& hash : tree.subtrees()) row += encode_hash(hash);
    return row;
}

ledger::Frontier find_tree(const tables::Reader& reader, domain::OrganizationId organization) {
    const auto row = reader.get(Table::meta, tree_key(organization));
    if (!row) return {};
    if (row->size() < kNumber) damaged();
    std::string_view rest = *row;
    const auto size = tables::number_in(rest.substr(0, kNumber));
    std::vector<ledger::Hash> subtrees;
    for (rest.remove_prefix(kNumber); !rest.empty();) {
        const auto taken = std::min(rest.size(), sizeof(ledger::Hash));
        subtrees.push_back(decode_hash(rest.substr(0, taken)));
        rest.remove_prefix(taken);
    }
    auto tree = ledger::Frontier::of(size, std::move(subtrees));
    if (!tree) damaged();
    return *std::move(tree);
}

std::string subtree_key(domain::OrganizationId organization, unsigned level, std::uint64_t index) {
    auto key = std::string(kSubtree) + organization_key(organization);
    key += static_cast<char>(level);
    tables::append_number(key, index);
    return key;
}

void append_leaf(
    tables::WriteSet& writes,
    domain::OrganizationId organization,
    ledger::Frontier& tree,
    std::string_view record
) {
    tree.append(
        ledger::leaf_hash(record),
        [&](unsigned level, std::uint64_t index, const ledger::Hash& hash) {
            if (!has_row(level)) return;
            writes.put(Table::meta, subtree_key(organization, level, index), encode_hash(hash));
        }
    );
}

void put_tree(
    tables::WriteSet& writes, domain::OrganizationId organization, const ledger::Frontier& tree
) {
    writes.put(Table::meta, tree_key(organization), encode_tree(tree));
}

}  // namespace consularia::journal
