#pragma once
// The rows of the Merkle trees, in the table `meta`: a version of this program that does not know
// them leaves them alone, and a tree that has stayed behind is brought up by the next start of one
// that does. Decoding throws ledger::StorageError.

#include "domain/ids.hpp"
#include "ledger/record/merkle.hpp"
#include "tables/store.hpp"

#include <cstdint>
#include <string>

namespace consularia::journal {

/// The complete subtrees of 16, 256, 4096 … leaves have a row each, so that few records are read
/// for a proof.
inline constexpr unsigned kStoredLevels = 4;

[[nodiscard]] constexpr bool has_row(unsigned level) {
    return level > 0 && level % kStoredLevels == 0;
}

[[nodiscard]] std::string tree_key(domain::OrganizationId organization);
[[nodiscard]] std::string encode_tree(const ledger::Frontier& tree);

/// What is stored of the organization's tree; without leaves if nothing is.
[[nodiscard]] ledger::Frontier find_tree(
    const tables::Reader& reader, domain::OrganizationId organization
);

/// For the 2^level leaves from index * 2^level on. The keys of a level are in the order of the
/// index.
[[nodiscard]] std::string subtree_key(
    domain::OrganizationId organization, unsigned level, std::uint64_t index
);
[[nodiscard]] std::string_view encode_hash(const ledger::Hash& hash);
[[nodiscard]] ledger::Hash decode_hash(std::string_view row);

/// Adds a fact's leaf, with the rows of the subtrees that it completes. The row of the tree itself
/// is not written.
void append_leaf(
    tables::WriteSet& writes,
    domain::OrganizationId organization,
    ledger::Frontier& tree,
    std::string_view record
);

void put_tree(
    tables::WriteSet& writes, domain::OrganizationId organization, const ledger::Frontier& tree
);

}  // namespace consularia::journal
