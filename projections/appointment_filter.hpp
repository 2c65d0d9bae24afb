#pragma once
// Which appointments a list shows.

#include "domain/time.hpp"

#include <optional>
#include <string>

namespace consularia::projections {

/// Selects appointments; all filters combine. The bounds are inclusive.
struct AppointmentFilter {
    std::optional<domain::Timestamp> start_from;
    std::optional<domain::Timestamp> start_to;
    std::optional<std::string> participant_unique_id;
};

}  // namespace consularia::projections
