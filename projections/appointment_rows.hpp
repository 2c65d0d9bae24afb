#pragma once
// The rows of one appointment: its state and JSON, its places in the lists, its deadline.

#include "domain/appointment/evolve.hpp"
#include "ledger/acceptance.hpp"
#include "ledger/record.hpp"
#include "projections/links.hpp"
#include "projections/read_store.hpp"

#include <tl/expected.hpp>

#include <string>

namespace consularia::projections {

/// An appointment right after a fact, and its JSON; empty when it was deleted.
struct AppliedAppointment {
    domain::Appointment state;
    std::string json;
};

/// Changes nothing when the transition is impossible.
[[nodiscard]] tl::expected<AppliedAppointment, domain::ImpossibleTransition> apply_to_appointment(
    Batch& batch,
    ledger::Partition partition,
    const ledger::Record& record,
    const ledger::AppointmentFact& fact,
    const Links& links
);

}  // namespace consularia::projections
