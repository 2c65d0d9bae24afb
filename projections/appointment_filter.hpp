#pragma once
// Which appointments a list shows, and in which order.

#include "domain/appointment/status.hpp"
#include "domain/ids.hpp"
#include "domain/time.hpp"
#include "ledger/record/record.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace consularia::projections {

/// Selects appointments; all filters combine. The bounds are inclusive.
struct AppointmentFilter {
    std::optional<domain::Timestamp> start_from = {};
    std::optional<domain::Timestamp> start_to = {};
    std::optional<std::string> participant_unique_id = {};
    std::optional<domain::Status> status = {};
    /// Those whose last fact has a higher sequence.
    std::optional<ledger::Sequence> changed_after = {};
    /// With changed_after: deleted ones too. They pass every other filter, since nothing else is
    /// known of them.
    bool include_deleted = false;
};

/// How many rows of a list may be read to sort them, or to find a few among them.
inline constexpr std::size_t kDefaultListRows = 10'000;

/// Ties are in ascending order of the id, in both directions.
enum class ListOrder { start, start_descending, updated, updated_descending };

/// The order's name in the API.
[[nodiscard]] constexpr std::string_view to_string(ListOrder order) {
    switch (order) {
        case ListOrder::start:
            return "start_date_time";
        case ListOrder::start_descending:
            return "-start_date_time";
        case ListOrder::updated:
            return "updated_at";
        case ListOrder::updated_descending:
            return "-updated_at";
    }
    return "";
}

/// What a list shows of an appointment: itself, or that it is deleted.
struct ListedAppointment {
    domain::AppointmentId id;
    bool deleted = false;

    friend bool operator==(const ListedAppointment&, const ListedAppointment&) = default;
};

}  // namespace consularia::projections
