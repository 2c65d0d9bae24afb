#pragma once
// The appointments that await their end: rows in which due appointments are found without passing
// the others.
//
//     deadlines        organization | end | appointment -> nothing
//     next_deadlines   partition | earliest end | organization -> nothing
//     deadline_starts  organization -> the rest of its first key in deadlines
//                      partition -> the rest of its first key in next_deadlines
//
// Reading begins at the recorded starts: a scan from the beginning of a table would walk over
// everything that was ever erased there.

#include "domain/ids.hpp"
#include "domain/time.hpp"
#include "ledger/record/acceptance.hpp"
#include "projections/read_store.hpp"

namespace consularia::projections {

struct Deadline {
    ledger::Partition partition = 0;
    domain::OrganizationId organization;
    domain::AppointmentId appointment;
    domain::Timestamp end;
};

/// Precondition: it is not there.
void put_deadline(WriteSet& writes, const Deadline& deadline);

/// Precondition: it is there.
void erase_deadline(WriteSet& writes, const Deadline& deadline);

/// For an organization that is being frozen: none of its deadlines is due any more. They keep their
/// rows in `deadlines`.
void forget_deadlines(
    WriteSet& writes, ledger::Partition partition, domain::OrganizationId organization
);

/// Undoes that. Changes nothing if nothing was forgotten.
void restore_deadlines(
    WriteSet& writes, ledger::Partition partition, domain::OrganizationId organization
);

}  // namespace consularia::projections
