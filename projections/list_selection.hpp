#pragma once
// The part of one ranked list of appointments that passes a filter.

#include "domain/ids.hpp"
#include "projections/appointment_filter.hpp"
#include "projections/class_counts.hpp"
#include "projections/ranked_list.hpp"
#include "projections/read_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::projections {

struct Selection {
    RankedList list;
    std::string from;  ///< The rest of a key; empty: the list's beginning.
    std::string to;    ///< The first rest that is not selected; empty: no limit.
    KeyClasses classes = KeyClasses::all();
};

/// By start, of all or of one participant: what passes all filters but changed_after. Empty if
/// nothing can pass.
[[nodiscard]] std::optional<Selection> select_by_start(
    domain::OrganizationId organization, const AppointmentFilter& filter
);

/// By the fact that last changed the representation: what passes the filter by status.
[[nodiscard]] Selection select_by_update(
    domain::OrganizationId organization, const AppointmentFilter& filter
);

/// By the last fact: what passes the filters changed_after and status.
[[nodiscard]] Selection select_by_change(
    domain::OrganizationId organization, const AppointmentFilter& filter
);

/// By the last fact: the deleted ones that pass changed_after.
[[nodiscard]] Selection select_deleted(
    domain::OrganizationId organization, const AppointmentFilter& filter
);

[[nodiscard]] std::uint64_t count(const Reader& reader, const Selection& selection);

/// How many selected places sort before this rest of a key.
[[nodiscard]] std::uint64_t places_before(
    const Reader& reader, const Selection& selection, std::string_view rest
);

/// `limit` places, starting with the `offset`th, ascending.
[[nodiscard]] std::vector<std::string> places(
    const Reader& reader, const Selection& selection, std::uint64_t offset, std::uint64_t limit
);

/// The same in descending order of their first eight bytes, but ascending where these are equal.
[[nodiscard]] std::vector<std::string> descending_places(
    const Reader& reader, const Selection& selection, std::uint64_t offset, std::uint64_t limit
);

}  // namespace consularia::projections
