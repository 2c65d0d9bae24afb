#pragma once
// The lists of an organization's appointments. Each query reads one Reader, so it sees one state.

#include "domain/ids.hpp"
#include "projections/appointment_filter.hpp"
#include "projections/read_store.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace consularia::projections {

/// Ties are in ascending order of the id, in both directions.
enum class ListOrder { start, start_descending };

/// The order's name in the API.
[[nodiscard]] constexpr std::string_view to_string(ListOrder order) {
    switch (order) {
        case ListOrder::start:
            return "start_date_time";
        case ListOrder::start_descending:
            return "-start_date_time";
    }
    return "";
}

/// Exact; the cost does not depend on the count.
[[nodiscard]] std::uint64_t count_appointments(
    const Reader& reader, domain::OrganizationId organization, const AppointmentFilter& filter
);

/// `limit` appointments, starting with the `offset`th; the cost does not depend on the offset.
[[nodiscard]] std::vector<domain::AppointmentId> list_appointments(
    const Reader& reader,
    domain::OrganizationId organization,
    const AppointmentFilter& filter,
    std::uint64_t offset,
    std::size_t limit,
    ListOrder order = ListOrder::start
);

}  // namespace consularia::projections
