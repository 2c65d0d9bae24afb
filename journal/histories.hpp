#pragma once
// The histories of an organization: for every subject of its facts the records about it, and the
// root of a sparse Merkle tree over all of them. A head that names this root proves of one subject
// which records there are, and that there are no others. Made of the journal, when it is asked for.

#include "journal/journal.hpp"
#include "ledger/record/sparse_tree.hpp"
#include "tables/store.hpp"

#include <vector>

namespace consularia::journal {

/// What a store of histories is made of.
[[nodiscard]] const tables::Schema& history_schema();

/// How far the histories of an organization have got.
struct HistoriesHead {
    ledger::Sequence size = 0;  ///< The sequence of the last fact in them.
    ledger::Hash chain{};       ///< Its hash.
    ledger::Hash root{};
};

/// Without facts if nothing is there.
[[nodiscard]] HistoriesHead find_histories(
    const tables::Reader& reader, domain::OrganizationId organization
);

/// The sequences of all records about a subject, ascending.
[[nodiscard]] std::vector<ledger::Sequence> records_of(
    const tables::Reader& reader, domain::OrganizationId organization, const ledger::Hash& subject
);

/// Adds facts to a store. One thread uses it. All functions throw StorageError.
class Histories {
  public:
    /// The most of one step, together with the bytes that journal/histories.cpp names.
    static constexpr std::size_t kFactsAtOnce = 1024;

    /// Both outlive this.
    Histories(tables::Store& store, const Journal& journal) : store_(store), journal_(journal) {}

    /// Whether what is there was made of this journal: a data directory may have been restored.
    [[nodiscard]] bool fits(domain::OrganizationId organization) const;

    /// Removes a bounded part of what does not fit. Returns false once all of it is gone.
    [[nodiscard]] bool erase_some(domain::OrganizationId organization);

    /// Adds a bounded number of facts, none after `until`. Returns the sequence of the last one
    /// that is there. Precondition: the journal has as many, and what is there fits it.
    ledger::Sequence advance(domain::OrganizationId organization, ledger::Sequence until);

  private:
    tables::Store& store_;
    const Journal& journal_;
};

}  // namespace consularia::journal
