#pragma once
// The settled state plus the events of one batch: what later commands of the batch see.

#include "ledger/commands/state_store.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <utility>

namespace consularia::ledger {

/// Not thread-safe. No answer may be based on it: its events are not facts yet.
class Overlay final : public StateReader {
  public:
    /// `base` outlives this.
    explicit Overlay(const StateReader& base) : base_(base) {}

    /// Adds a record. Precondition: it is the next of its organization and was decided on this
    /// state, so that evolve accepts it.
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

    /// Approximately how many bytes were read from it so far, plus those that will be written for
    /// the added records.
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

  private:
    [[nodiscard]] domain::Organization find_organization(domain::OrganizationId id) const;

    const StateReader& base_;
    mutable std::size_t bytes_ = 0;
    std::map<domain::OrganizationId, Head> heads_;
    std::map<domain::OrganizationId, domain::Organization> organizations_;
    /// Includes those that were only read.
    mutable std::map<std::pair<domain::OrganizationId, domain::AppointmentId>, domain::Appointment>
        appointments_;
    std::map<std::pair<domain::OrganizationId, std::string>, Remembered> remembered_;
};

}  // namespace consularia::ledger
