#include "projections/filtered_appointments.hpp"

#include "ledger/log/storage_error.hpp"
#include "projections/keys.hpp"
#include "projections/list_selection.hpp"
#include "projections/ranked_list.hpp"
#include "projections/stored_appointment.hpp"

#include <algorithm>
#include <string>

namespace consularia::projections {
namespace {

using domain::AppointmentId;

bool has_participant(
    const Reader& reader,
    domain::OrganizationId organization,
    const FilteredAppointment& appointment,
    const std::string& unique_id
) {
    if (unique_id.find('\0') != std::string::npos) return false;
    const auto place = keys::place(appointment.activity.start, appointment.id);
    const auto list = participant_list(organization, unique_id);
    return reader.get(list.index, list.prefix + place).has_value();
}

}  // namespace

/// Every filter is named, so that a new one does not compile before it is looked at.
bool passes(
    const Reader& reader,
    domain::OrganizationId organization,
    const FilteredAppointment& appointment,
    const AppointmentFilter& filter
) {
    const auto& [start_from, start_to, unique_id, status, changed_after, include_deleted] = filter;
    const auto& activity = appointment.activity;
    if (changed_after && activity.sequence <= *changed_after) return false;
    if (!activity.status) return include_deleted && changed_after;
    if (start_from && activity.start < *start_from) return false;
    if (start_to && activity.start > *start_to) return false;
    if (status && activity.status != status) return false;
    return !unique_id || has_participant(reader, organization, appointment, *unique_id);
}

std::optional<std::vector<FilteredAppointment>> find_all(
    const Reader& reader,
    domain::OrganizationId organization,
    const AppointmentFilter& filter,
    std::uint64_t max_rows
) {
    std::vector<Selection> read;
    std::uint64_t rows = 0;
    if (auto smallest = select_by_start(organization, filter)) {
        rows = count(reader, *smallest);
        if (filter.changed_after) {
            auto changed = select_by_change(organization, filter);
            const auto changed_rows = count(reader, changed);
            if (changed_rows < rows) {
                rows = changed_rows;
                smallest = std::move(changed);
            }
        }
        read.push_back(*std::move(smallest));
    }
    if (filter.include_deleted) {
        read.push_back(select_deleted(organization, filter));
        rows += count(reader, read.back());
    }
    if (rows > max_rows) return std::nullopt;

    std::vector<FilteredAppointment> found;
    for (const auto& selection : read) {
        for (const auto& place : places(reader, selection, 0, max_rows)) {
            const auto id = keys::appointment_in(place);
            const auto activity = find_activity(reader, organization, id);
            if (!activity) {
                throw ledger::StorageError("The read store is damaged: an activity is missing.");
            }
            const FilteredAppointment one{id, *activity};
            if (passes(reader, organization, one, filter)) found.push_back(one);
        }
    }
    return found;
}

}  // namespace consularia::projections
