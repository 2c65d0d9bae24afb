#pragma once
// Which appointments' ends have come: the deadlines read model.

#include "domain/ids.hpp"
#include "domain/time.hpp"
#include "ledger/acceptance.hpp"
#include "projections/read_store.hpp"

#include <compare>
#include <cstddef>
#include <functional>
#include <vector>

namespace consularia::projections {

/// An appointment that awaits its end.
struct Due {
    domain::Timestamp end;
    domain::OrganizationId organization;
    domain::AppointmentId appointment;

    friend auto operator<=>(const Due&, const Due&) = default;
};

/// Those of a partition whose end is `now` or earlier, earliest first; at most `limit`, and only
/// those that are wanted.
[[nodiscard]] std::vector<Due> find_due(
    const Reader& reader,
    ledger::Partition partition,
    domain::Timestamp now,
    std::size_t limit,
    const std::function<bool(const Due&)>& wanted
);

}  // namespace consularia::projections
