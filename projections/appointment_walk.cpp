#include "projections/appointment_walk.hpp"

#include "projections/filtered_appointments.hpp"
#include "projections/keys.hpp"
#include "projections/row_codec.hpp"

#include <algorithm>
#include <utility>

namespace consularia::projections {
namespace {

using domain::AppointmentId;

bool selects_all(const AppointmentFilter& filter) {
    const auto& [start_from, start_to, unique_id, status, changed_after, include_deleted] = filter;
    return !start_from && !start_to && !unique_id && !status && !changed_after;
}

/// When few pass: all of them, sorted.
WalkedPage take_sorted(
    std::vector<FilteredAppointment> all,
    const std::optional<AppointmentId>& after,
    std::size_t limit
) {
    std::ranges::sort(all, {}, &FilteredAppointment::id);
    auto from = all.begin();
    if (after) from = std::ranges::upper_bound(all, *after, {}, &FilteredAppointment::id);
    WalkedPage page;
    for (; from != all.end() && page.appointments.size() < limit; ++from) {
        page.appointments.push_back({from->id, !from->activity.status});
    }
    if (from != all.end() && !page.appointments.empty()) page.after = page.appointments.back().id;
    return page;
}

}  // namespace

WalkedPage walk_appointments(
    const Reader& reader,
    domain::OrganizationId organization,
    const AppointmentFilter& filter,
    const std::optional<AppointmentId>& after,
    std::size_t limit,
    std::size_t max_rows
) {
    if (!selects_all(filter)) {
        if (auto all = find_all(reader, organization, filter, max_rows)) {
            return take_sorted(*std::move(all), after, limit);
        }
    }
    // The table has small rows: one for each appointment, and after it one for each participant
    // who has joined.
    const auto of_organization = keys::organization(organization);
    const auto own_size = keys::appointment(organization, {}).size();
    const auto from =
        after ? keys::after_all(keys::appointment(organization, *after)) : of_organization;
    const auto cursor = reader.scan(Table::activity, from, keys::after_all(of_organization));
    WalkedPage page;
    std::optional<AppointmentId> last;
    for (std::size_t rows = 0; cursor->valid(); cursor->next(), ++rows) {
        const bool own = cursor->key().size() == own_size;
        if (last && (rows >= max_rows || (own && page.appointments.size() >= limit))) {
            page.after = last;
            break;
        }
        if (!own) continue;
        last = keys::appointment_in(cursor->key());
        const FilteredAppointment found{*last, decode_activity(cursor->value())};
        if (passes(reader, organization, found, filter)) {
            page.appointments.push_back({*last, !found.activity.status});
        }
    }
    return page;
}

}  // namespace consularia::projections
