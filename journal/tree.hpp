#pragma once
// The Merkle tree over an organization's facts (ledger/record/merkle.hpp): its root at any size,
// and proofs.

#include "journal/journal.hpp"
#include "ledger/record/merkle.hpp"

#include <memory>
#include <vector>

namespace consularia::journal {

/// As it is when this is made. All functions throw StorageError if the machine fails or the journal
/// is damaged. A root or a proof reads at most a few dozen records and a few hundred rows, however
/// large the tree is.
class Tree {
  public:
    /// The journal outlives this.
    Tree(const Journal& journal, domain::OrganizationId organization);

    /// The sequence of the last fact in it: less than the journal's head if an older version of
    /// this program has added to the journal, until the next start.
    [[nodiscard]] ledger::Sequence size() const { return frontier_.size(); }

    /// The root of the facts up to this one. Precondition: it is not greater than size().
    [[nodiscard]] ledger::Hash root(ledger::Sequence size) const;

    /// From the fact to the root of this size. Precondition: 1 <= sequence <= size <= size().
    [[nodiscard]] std::vector<ledger::Hash> inclusion(
        ledger::Sequence sequence, ledger::Sequence size
    ) const;

    /// Precondition: 1 <= from <= to <= size().
    [[nodiscard]] std::vector<ledger::Hash> consistency(ledger::Sequence from, ledger::Sequence to)
        const;

  private:
    [[nodiscard]] ledger::Hash subtree(unsigned level, std::uint64_t index) const;
    void append_leaves(ledger::Frontier& part, std::uint64_t from, std::uint64_t count) const;
    void append_rows(
        ledger::Frontier& part, unsigned level, std::uint64_t from, std::uint64_t count
    ) const;

    const Journal& journal_;
    const domain::OrganizationId organization_;
    std::shared_ptr<const tables::Reader> reader_;
    ledger::Frontier frontier_;
};

}  // namespace consularia::journal
