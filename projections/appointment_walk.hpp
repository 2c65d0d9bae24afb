#pragma once
// A walk through an organization's appointments in an order that never changes.

#include "domain/ids.hpp"
#include "projections/appointment_filter.hpp"
#include "projections/read_store.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace consularia::projections {

struct WalkedPage {
    std::vector<ListedAppointment> appointments;
    /// Where the next page begins; empty at the end of the walk.
    std::optional<domain::AppointmentId> after;
};

/// At most `limit` of the selected appointments, by id, starting behind `after`. An id is given
/// once and for all, so whatever is written between the pages, they neither repeat nor skip an
/// appointment that passes the filter all the time. A page ends early once it has read `max_rows`
/// rows, which is at least 1; it may be empty then, and have a next one all the same.
[[nodiscard]] WalkedPage walk_appointments(
    const Reader& reader,
    domain::OrganizationId organization,
    const AppointmentFilter& filter,
    const std::optional<domain::AppointmentId>& after,
    std::size_t limit,
    std::size_t max_rows
);

}  // namespace consularia::projections
