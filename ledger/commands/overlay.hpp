#pragma once
// The settled state with the events of one batch on top: what later commands of the batch see.

#include "ledger/commands/state_store.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <utility>

namespace consularia::ledger {

/// Not thread-safe. Nothing that it says may be answered: its events are not facts yet.
class Overlay final : public StateReader {
  public:
    /// `base` outlives this.
    explicit Overlay(const StateReader& base) : base_(base) {}

    /// Puts a record on top. Precondition: it is the next of its organization and was decided on
    /// this state, so that evolve accepts it.
    void add(const Record& record, const Hash& hash);

    [[nodiscard]] Head head(domain::OrganizationId organization) const override;
    [[nodiscard]] bool frozen(domain::OrganizationId organization) const override;
    [[nodiscard]] domain::Organization organization(domain::OrganizationId id) const override;
    [[nodiscard]] domain::Appointment appointment(
        domain::OrganizationId organization, domain::AppointmentId id
    ) const override;
    [[nodiscard]] std::optional<Remembered> remembered(
        domain::OrganizationId organization, const std::string& idempotency_key
    ) const override;

    /// About how many bytes were read from it so far, and will be written for what was put on it.
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

  private:
    [[nodiscard]] domain::Organization find_organization(domain::OrganizationId id) const;

    const StateReader& base_;
    mutable std::size_t bytes_ = 0;
    std::map<domain::OrganizationId, Head> heads_;
    std::map<domain::OrganizationId, domain::Organization> organizations_;
    /// Those that were read, too.
    mutable std::map<std::pair<domain::OrganizationId, domain::AppointmentId>, domain::Appointment>
        appointments_;
    std::map<std::pair<domain::OrganizationId, std::string>, Remembered> remembered_;
};

}  // namespace consularia::ledger
