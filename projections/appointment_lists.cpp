#include "projections/appointment_lists.hpp"

#include "base/overloaded.hpp"
#include "projections/filtered_appointments.hpp"
#include "projections/keys.hpp"
#include "projections/list_classes.hpp"
#include "projections/stored_appointment.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace consularia::projections {
namespace {

bool is_by_start(std::optional<ListOrder> order) {
    return order == ListOrder::start || order == ListOrder::start_descending;
}

bool is_descending(std::optional<ListOrder> order) {
    return order == ListOrder::start_descending || order == ListOrder::updated_descending;
}

/// Sorts as `order` says. What is deleted has no start any more: then it comes last.
void sort(std::vector<FilteredAppointment>& all, std::optional<ListOrder> order) {
    const auto key = [&](const FilteredAppointment& one) {
        const auto& [sequence, version, updated, status, start] = one.activity;
        if (is_by_start(order)) {
            return status ? std::tuple(false, start.time_since_epoch().count())
                          : std::tuple(true, static_cast<std::int64_t>(sequence));
        }
        return std::tuple(false, static_cast<std::int64_t>(order ? updated : sequence));
    };
    std::ranges::sort(all, [&](const auto& a, const auto& b) {
        const auto key_a = key(a);
        const auto key_b = key(b);
        if (key_a == key_b) return a.id < b.id;
        const bool both_exist = !std::get<0>(key_a) && !std::get<0>(key_b);
        return is_descending(order) && both_exist ? key_a > key_b : key_a < key_b;
    });
}

}  // namespace

std::optional<AppointmentList> AppointmentList::find(
    const Reader& reader,
    domain::OrganizationId organization,
    const AppointmentFilter& filter,
    std::optional<ListOrder> order,
    std::size_t max_rows
) {
    if (!order && !filter.changed_after) order = ListOrder::start;
    const bool by_start = is_by_start(order);
    const bool descending = is_descending(order);
    const auto ranked = [&](std::optional<Selection> selection) {
        const Ranked found{std::move(selection), descending, organization, filter.include_deleted};
        return AppointmentList(reader, found);
    };
    if (by_start && !filter.changed_after) return ranked(select_by_start(organization, filter));
    const bool needs_start =
        filter.start_from || filter.start_to || filter.participant_unique_id.has_value();
    if (!needs_start && !filter.changed_after) {
        return ranked(select_by_update(organization, filter));
    }
    if (!needs_start && !order) {
        auto selection = select_by_change(organization, filter);
        if (filter.include_deleted) selection.classes.add(kDeletedClass);
        return ranked(std::move(selection));
    }
    auto all = find_all(reader, organization, filter, max_rows);
    if (!all) return std::nullopt;
    sort(*all, order);
    Sorted sorted;
    for (const auto& [id, activity] : *all) sorted.push_back({id, !activity.status});
    return AppointmentList(reader, std::move(sorted));
}

std::uint64_t AppointmentList::count() const {
    return std::visit(
        Overloaded{
            [&](const Ranked& ranked) {
                const auto& selection = ranked.selection;
                return selection ? projections::count(reader_, *selection) : 0;
            },
            [](const Sorted& sorted) { return std::uint64_t{sorted.size()}; },
        },
        found_
    );
}

std::vector<ListedAppointment> AppointmentList::page(std::uint64_t offset, std::size_t limit)
    const {
    return std::visit(
        Overloaded{
            [&](const Ranked& ranked) { return page_of(ranked, offset, limit); },
            [&](const Sorted& sorted) {
                const auto from = std::min<std::uint64_t>(offset, sorted.size());
                const auto to = from + std::min<std::uint64_t>(limit, sorted.size() - from);
                return Sorted(
                    sorted.begin() + static_cast<std::ptrdiff_t>(from),
                    sorted.begin() + static_cast<std::ptrdiff_t>(to)
                );
            },
        },
        found_
    );
}

std::vector<ListedAppointment> AppointmentList::page_of(
    const Ranked& ranked, std::uint64_t offset, std::size_t limit
) const {
    if (!ranked.selection) return {};
    const auto& selection = *ranked.selection;
    const auto found = ranked.descending ? descending_places(reader_, selection, offset, limit)
                                         : places(reader_, selection, offset, limit);
    std::vector<ListedAppointment> page;
    for (const auto& place : found) {
        ListedAppointment listed{keys::appointment_in(place), false};
        if (ranked.may_be_deleted) {
            const auto activity = find_activity(reader_, ranked.organization, listed.id);
            listed.deleted = !activity || !activity->status;
        }
        page.push_back(listed);
    }
    return page;
}

}  // namespace consularia::projections
