#pragma once
// The events of an organization as auditors read them: who, when, and what changed.

#include "api/call.hpp"
#include "domain/appointment/appointment.hpp"
#include "projections/history.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace consularia::api {

/// Reads and renders them from one snapshot. Belongs to one thread at a time. All functions throw
/// StorageError.
class PastEvents {
  public:
    /// The most facts that a past state is folded from (projections/touched_appointments.hpp).
    static constexpr std::size_t kFactsOfFold = 64;

    /// Precondition: the call has a snapshot and a member, and its service outlives this.
    explicit PastEvents(const Call& call)
        : service_(call.service), snapshot_(call.snapshot), organization_(call.organization()) {}

    [[nodiscard]] projections::PastFact read(ledger::Sequence sequence) const {
        return projections::read_fact(past(), organization_, sequence);
    }

    /// `{"sequence","time","type","actor","request_id","changes"}`; with "appointment" before the
    /// actor if it is wanted, null for what is not about one.
    [[nodiscard]] std::string render(const projections::PastFact& fact, bool with_appointment);

    /// How many past states render() has had to fold.
    [[nodiscard]] std::size_t folds() const { return folds_; }

    [[nodiscard]] projections::Past past() const {
        return {*snapshot_, *service_.journal, *service_.codec};
    }

  private:
    [[nodiscard]] std::optional<std::string> name_of(const projections::PastFact& fact);
    [[nodiscard]] const domain::Appointment& state_after(
        domain::AppointmentId id, ledger::Sequence sequence
    );
    [[nodiscard]] std::string changes_of(const projections::PastFact& fact);

    const Service& service_;
    const std::shared_ptr<const projections::Reader> snapshot_;
    const domain::OrganizationId organization_;
    std::size_t folds_ = 0;

    /// The past state that was folded last.
    struct Folded {
        domain::AppointmentId id;
        ledger::Sequence change = 0;
        domain::Appointment state;
    };

    std::optional<Folded> folded_;
};

}  // namespace consularia::api
