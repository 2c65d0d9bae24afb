#include "projections/appointment_walk.hpp"

#include "projections/keys.hpp"
#include "projections/list_selection.hpp"
#include "projections/queries.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace consularia::projections {
namespace {

using domain::AppointmentId;

bool selects_all(const AppointmentFilter& filter) {
    const auto& [start_from, start_to, unique_id] = filter;
    return !start_from && !start_to && !unique_id;
}

bool passes(const domain::Appointment& appointment, const AppointmentFilter& filter) {
    const auto* const details = domain::details_of(appointment);
    if (details == nullptr) return false;
    const auto& [start_from, start_to, unique_id] = filter;
    if (start_from && details->start < *start_from) return false;
    if (start_to && details->start > *start_to) return false;
    return !unique_id || std::ranges::any_of(*details->participants, [&](const auto& one) {
        return one.unique_id.value() == *unique_id;
    });
}

/// When few are selected: all of them, sorted.
WalkedPage take_sorted(
    const Reader& reader,
    const Selection& selection,
    std::uint64_t count,
    const std::optional<AppointmentId>& after,
    std::size_t limit
) {
    std::vector<AppointmentId> ids;
    for (const auto& place : places(reader, selection, 0, count)) {
        ids.push_back(keys::appointment_in(place));
    }
    std::ranges::sort(ids);
    const auto from = after ? std::ranges::upper_bound(ids, *after) : ids.begin();
    const auto left = static_cast<std::size_t>(ids.end() - from);
    const auto to = from + static_cast<std::ptrdiff_t>(std::min(limit, left));
    WalkedPage page{{from, to}, std::nullopt};
    if (to != ids.end() && !page.ids.empty()) page.after = page.ids.back();
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
    const bool all = selects_all(filter);
    if (!all) {
        const auto selection = select_by(organization, filter);
        if (!selection) return {};
        const auto selected = count(reader, *selection);
        if (selected <= max_rows) return take_sorted(reader, *selection, selected, after, limit);
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
        if (last && (rows >= max_rows || (own && page.ids.size() >= limit))) {
            page.after = last;
            break;
        }
        if (!own) continue;
        last = keys::appointment_in(cursor->key());
        if (all || passes(find_appointment(reader, organization, *last), filter)) {
            page.ids.push_back(*last);
        }
    }
    return page;
}

}  // namespace consularia::projections
