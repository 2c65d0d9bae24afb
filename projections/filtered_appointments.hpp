#pragma once
// The appointments that pass a filter, where no list has them in the wanted order.

#include "domain/ids.hpp"
#include "projections/appointment_filter.hpp"
#include "projections/read_store.hpp"
#include "projections/rows.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace consularia::projections {

struct FilteredAppointment {
    domain::AppointmentId id;
    Activity activity;
};

/// Whether an appointment with this activity passes the filter.
[[nodiscard]] bool passes(
    const Reader& reader,
    domain::OrganizationId organization,
    const FilteredAppointment& appointment,
    const AppointmentFilter& filter
);

/// All that pass, in any order. Reads the smallest list that has them all; empty if that has more
/// than `max_rows` rows.
[[nodiscard]] std::optional<std::vector<FilteredAppointment>> find_all(
    const Reader& reader,
    domain::OrganizationId organization,
    const AppointmentFilter& filter,
    std::uint64_t max_rows
);

}  // namespace consularia::projections
