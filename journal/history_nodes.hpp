#pragma once
// The sparse Merkle tree over the histories of an organization (ledger/record/sparse_tree.hpp) as
// rows: a subtree with few leaves is computed from their rows, a larger one from rows of the
// subtrees four bits further down. So a change costs a few rows for each sixteenfold of subjects.
// Decoding throws ledger::StorageError.

#include "domain/ids.hpp"
#include "ledger/record/sparse_tree.hpp"
#include "tables/store.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace consularia::journal {

/// How many records there are of a subject, and their history.
struct SubjectRow {
    std::uint64_t records = 0;
    ledger::Hash history{};
};

[[nodiscard]] std::string subject_key(
    domain::OrganizationId organization, const ledger::Hash& subject
);
[[nodiscard]] std::string encode_subject(const SubjectRow& row);
[[nodiscard]] SubjectRow decode_subject(std::string_view row);

/// Brings the rows up to those of the subjects, of which these have changed; they are ordered.
/// Returns the root.
[[nodiscard]] ledger::Hash update_nodes(
    tables::WriteSet& writes,
    domain::OrganizationId organization,
    std::span<const ledger::Hash> changed
);

[[nodiscard]] ledger::SparseProof find_path(
    const tables::Reader& reader, domain::OrganizationId organization, const ledger::Hash& subject
);

}  // namespace consularia::journal
