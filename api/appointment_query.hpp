#pragma once
// What a client wants of the list of appointments (docs/api.md, Lists).

#include "api/bodies/errors.hpp"
#include "api/paging.hpp"
#include "projections/appointment_filter.hpp"

#include <tl/expected.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace consularia::api {

/// The parameters that select appointments: a cursor is good for the same values only.
inline constexpr auto kAppointmentFilters = std::to_array<std::string_view>(
    {"start_date",
     "end_date",
     "participant_unique_id",
     "status",
     "changed_after",
     "include_deleted"}
);

/// All but those of pages.
inline constexpr auto kAppointmentParameters = std::to_array<std::string_view>(
    {"start_date",
     "end_date",
     "participant_unique_id",
     "status",
     "changed_after",
     "include_deleted",
     "ordering",
     "cursor",
     "as_of"}
);

struct AppointmentQuery {
    projections::AppointmentFilter filter;
    std::optional<projections::ListOrder> order;
    std::optional<std::string> cursor;  ///< As sent; not empty.
};

[[nodiscard]] tl::expected<AppointmentQuery, Errors> read_appointment_query(const Query& query);

}  // namespace consularia::api
