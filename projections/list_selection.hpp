#pragma once
// The part of a ranked list of appointments that passes a filter.

#include "domain/ids.hpp"
#include "projections/appointment_filter.hpp"
#include "projections/ranks.hpp"
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
};

/// Empty if nothing can pass.
[[nodiscard]] std::optional<Selection> select_by(
    domain::OrganizationId organization, const AppointmentFilter& filter
);

[[nodiscard]] std::uint64_t count(const Reader& reader, const Selection& selection);

/// How many selected places sort before this rest of a key, which lies in the selection.
[[nodiscard]] std::uint64_t places_before(
    const Reader& reader, const Selection& selection, std::string_view rest
);

/// `limit` places, starting with the `offset`th, ascending.
[[nodiscard]] std::vector<std::string> places(
    const Reader& reader, const Selection& selection, std::uint64_t offset, std::uint64_t limit
);

}  // namespace consularia::projections
