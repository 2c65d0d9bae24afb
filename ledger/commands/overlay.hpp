#pragma once
// The settled state plus the events of one batch: what later commands of the batch see.

#include "ledger/commands/state_store.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <utility>

namespace consularia::ledger {

/// Reads each organization's head and each aggregate once, however many commands name it. Not
/// thread-safe. No answer may be based on added records: their events are not facts yet.
class Overlay {
  public:
    /// `base` outlives this.
    explicit Overlay(const StateReader& base) : base_(base) {}

    /// Adds a record. Precondition: it is the next of its organization and was decided on this
    /// state, so that evolve accepts it.
    void add(const Record& record, const Hash& hash);

    // The same as in StateReader.

    [[nodiscard]] Head head(domain::OrganizationId organization) const;
    [[nodiscard]] bool frozen(domain::OrganizationId organization) const;
    [[nodiscard]] std::optional<Remembered> remembered(
        domain::OrganizationId organization, const std::string& remembered_name
    ) const;

    /// Valid until the next add().
    template <class Id>
    [[nodiscard]] const StateOf<Id>& state_of(domain::OrganizationId organization, const Id& id)
        const {
        return std::get<StateOf<Id>>(find(organization, id));
    }

    /// Approximately how many bytes were read from it so far, plus those that will be written for
    /// the added records.
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

  private:
    struct Chain {
        Head head;
        bool frozen = false;
    };

    Chain& chain_of(domain::OrganizationId organization) const;
    State& find(domain::OrganizationId organization, const AggregateId& id) const;

    const StateReader& base_;
    mutable std::size_t bytes_ = 0;
    // Include what was only read.
    mutable std::map<domain::OrganizationId, Chain> chains_;
    mutable std::map<std::pair<domain::OrganizationId, AggregateId>, State> states_;
    std::map<std::pair<domain::OrganizationId, std::string>, Remembered> remembered_;
};

}  // namespace consularia::ledger
