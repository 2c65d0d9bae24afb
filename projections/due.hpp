#pragma once
// Which appointments' ends have come: queries of the deadlines read model.

#include "domain/ids.hpp"
#include "domain/time.hpp"
#include "ledger/record/acceptance.hpp"
#include "projections/read_store.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace consularia::projections {

/// An organization whose earliest end has come. Frozen ones are never due.
struct DueOrganization {
    domain::OrganizationId organization;
    std::string place;  ///< Its place among those of its partition: by earliest end, then id.
};

/// The organizations of a partition whose earliest end is `now` or earlier, in the order of their
/// places, starting after `after` (empty: with the first); at most `limit`. Reads one row for each
/// and two more.
[[nodiscard]] std::vector<DueOrganization> find_due_organizations(
    const Reader& reader,
    ledger::Partition partition,
    domain::Timestamp now,
    const std::string& after,
    std::size_t limit
);

/// The organization's appointments whose end is `now` or earlier, earliest first; at most `limit`.
/// Reads one row for each and two more.
[[nodiscard]] std::vector<domain::AppointmentId> find_due(
    const Reader& reader,
    domain::OrganizationId organization,
    domain::Timestamp now,
    std::size_t limit
);

}  // namespace consularia::projections
