#include "projections/list_selection.hpp"

#include "projections/keys.hpp"
#include "projections/list_classes.hpp"
#include "projections/ranks.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>

namespace consularia::projections {
namespace {

std::uint64_t keys_before(const Reader& reader, const Selection& selection) {
    if (selection.from.empty()) return 0;
    return rank(reader, selection.list, selection.from, selection.classes);
}

/// Where the page begins; empty if the list ends before it.
std::optional<std::string> find_page(
    const Reader& reader, const Selection& selection, std::uint64_t offset
) {
    if (offset == 0) return selection.from;
    const auto n = keys_before(reader, selection) + offset;
    return select(reader, selection.list, n, selection.classes);
}

/// In by_change, from the first fact after `changed_after` on.
Selection changes(domain::OrganizationId organization, const AppointmentFilter& filter) {
    Selection selection{change_list(organization), {}, {}, {}};
    if (filter.changed_after) selection.from = keys::change_place(*filter.changed_after + 1);
    return selection;
}

/// The part of a place that an order compares first.
std::string_view rank_of(std::string_view place) {
    return place.substr(0, sizeof(std::uint64_t));
}

/// Reads a page from the end of a selection.
class DescendingPage {
  public:
    DescendingPage(const Reader& reader, const Selection& selection)
        : reader_(reader), selection_(selection), count_(count(reader, selection)) {}

    [[nodiscard]] std::vector<std::string> read(std::uint64_t offset, std::uint64_t limit) const {
        if (offset >= count_) return {};
        const auto size = std::min(limit, count_ - offset);
        const auto first = count_ - offset - size;
        // One more on either side shows whether a group of equals is cut.
        const std::uint64_t before = first > 0 ? 1 : 0;
        const auto read = places(reader_, selection_, first - before, before + size + 1);
        const auto begin = read.begin() + static_cast<std::ptrdiff_t>(before);
        const auto end = begin + static_cast<std::ptrdiff_t>(size);
        std::vector<std::string> page;
        for (auto group_end = end; group_end != begin;) {
            auto group = std::prev(group_end);
            const auto equal = rank_of(*group);
            while (group != begin && rank_of(*std::prev(group)) == equal) --group;
            const bool cut_before =
                group == begin && group != read.begin() && rank_of(*std::prev(group)) == equal;
            const bool cut_behind =
                group_end == end && group_end != read.end() && rank_of(*group_end) == equal;
            if (cut_before || cut_behind) {
                append_cut(page, equal, offset, group_end - group);
            } else {
                page.insert(page.end(), group, group_end);
            }
            group_end = group;
        }
        return page;
    }

  private:
    /// Those of a group of equals that are on the page that begins at the offset: `size` of them.
    void append_cut(
        std::vector<std::string>& page,
        std::string_view equal,
        std::uint64_t offset,
        std::ptrdiff_t size
    ) const {
        const auto group = places_before(reader_, selection_, equal);
        const auto next = keys::after_all(equal);
        const auto end = next.empty() ? count_ : places_before(reader_, selection_, next);
        const auto precede = count_ - std::min(end, count_);  // in this order
        const auto first = group + (offset > precede ? offset - precede : 0);
        const auto cut = places(reader_, selection_, first, static_cast<std::uint64_t>(size));
        page.insert(page.end(), cut.begin(), cut.end());
    }

    const Reader& reader_;
    const Selection& selection_;
    std::uint64_t count_;
};

}  // namespace

std::optional<Selection> select_by_start(
    domain::OrganizationId organization, const AppointmentFilter& filter
) {
    Selection selection{start_list(organization), {}, {}};
    if (const auto& unique_id = filter.participant_unique_id) {
        if (unique_id->find('\0') != std::string::npos) return std::nullopt;
        selection.list = participant_list(organization, *unique_id);
    }
    if (filter.start_from) selection.from = keys::place(*filter.start_from);
    if (filter.start_to) {
        selection.to = keys::place(*filter.start_to + std::chrono::microseconds(1));
    }
    if (!selection.to.empty() && selection.from >= selection.to) return std::nullopt;
    if (filter.status) {
        selection.classes = {};
        selection.classes.add(current_class(*filter.status));
    }
    return selection;
}

Selection select_by_update(domain::OrganizationId organization, const AppointmentFilter& filter) {
    Selection selection = changes(organization, {});
    add_classes(selection.classes, filter.status, current_class);
    add_classes(selection.classes, filter.status, outrun_class);
    return selection;
}

Selection select_by_change(domain::OrganizationId organization, const AppointmentFilter& filter) {
    Selection selection = changes(organization, filter);
    add_classes(selection.classes, filter.status, current_class);
    add_classes(selection.classes, filter.status, joined_class);
    return selection;
}

Selection select_deleted(domain::OrganizationId organization, const AppointmentFilter& filter) {
    Selection selection = changes(organization, filter);
    selection.classes.add(kDeletedClass);
    return selection;
}

std::uint64_t count(const Reader& reader, const Selection& selection) {
    const auto end = selection.to.empty()
                         ? size(reader, selection.list, selection.classes)
                         : rank(reader, selection.list, selection.to, selection.classes);
    return end - keys_before(reader, selection);
}

std::uint64_t places_before(
    const Reader& reader, const Selection& selection, std::string_view rest
) {
    if (rest <= selection.from) return 0;
    const auto before = rank(reader, selection.list, rest, selection.classes);
    return before - keys_before(reader, selection);
}

std::vector<std::string> places(
    const Reader& reader, const Selection& selection, std::uint64_t offset, std::uint64_t limit
) {
    const auto first = find_page(reader, selection, offset);
    if (!first) return {};
    return keys_in(reader, selection.list, {*first, selection.to, selection.classes}, limit);
}

std::vector<std::string> descending_places(
    const Reader& reader, const Selection& selection, std::uint64_t offset, std::uint64_t limit
) {
    return DescendingPage(reader, selection).read(offset, limit);
}

}  // namespace consularia::projections
