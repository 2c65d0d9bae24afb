#include "projections/appointment_lists.hpp"

#include "projections/keys.hpp"
#include "projections/list_selection.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace consularia::projections {
namespace {

using domain::AppointmentId;
using Places = std::vector<std::string>;

/// A page from the end of a selection by start: the latest first, and among equal starts the
/// smallest id first.
class DescendingPage {
  public:
    DescendingPage(const Reader& reader, const Selection& selection)
        : reader_(reader), selection_(selection), count_(count(reader, selection)) {}

    [[nodiscard]] Places read(std::uint64_t offset, std::size_t limit) const {
        if (offset >= count_) return {};
        const auto size = std::min<std::uint64_t>(limit, count_ - offset);
        const auto first = count_ - offset - size;
        // One more on either side shows whether a group of equal starts is cut.
        const std::uint64_t before = first > 0 ? 1 : 0;
        const auto read = places(reader_, selection_, first - before, before + size + 1);
        const auto begin = read.begin() + static_cast<std::ptrdiff_t>(before);
        const auto end = begin + static_cast<std::ptrdiff_t>(size);
        Places page;
        for (auto group_end = end; group_end != begin;) {
            const auto start = start_of(*std::prev(group_end));
            auto group = std::prev(group_end);
            while (group != begin && start_of(*std::prev(group)) == start) --group;
            const bool cut =
                (group == begin && group != read.begin() && start_of(*std::prev(group)) == start) ||
                (group_end == end && group_end != read.end() && start_of(*group_end) == start);
            if (cut) {
                append_cut(page, start, offset, group_end - group);
            } else {
                page.insert(page.end(), group, group_end);
            }
            group_end = group;
        }
        return page;
    }

  private:
    /// The start as a place has it.
    static std::string_view start_of(std::string_view place) {
        return place.substr(0, sizeof(std::uint64_t));
    }

    /// Those of a group that are on the page that begins at the offset: `size` of them.
    void append_cut(Places& page, std::string_view start, std::uint64_t offset, std::ptrdiff_t size)
        const {
        const auto group = places_before(reader_, selection_, start);
        const auto next = keys::after_all(start);
        const auto end = next.empty() ? count_ : places_before(reader_, selection_, next);
        const auto precede = count_ - end;  // in this order
        const auto first = group + (offset > precede ? offset - precede : 0);
        const auto cut = places(reader_, selection_, first, static_cast<std::uint64_t>(size));
        page.insert(page.end(), cut.begin(), cut.end());
    }

    const Reader& reader_;
    const Selection& selection_;
    std::uint64_t count_;
};

}  // namespace

std::uint64_t count_appointments(
    const Reader& reader, domain::OrganizationId organization, const AppointmentFilter& filter
) {
    const auto selection = select_by(organization, filter);
    return selection ? count(reader, *selection) : 0;
}

std::vector<AppointmentId> list_appointments(
    const Reader& reader,
    domain::OrganizationId organization,
    const AppointmentFilter& filter,
    std::uint64_t offset,
    std::size_t limit,
    ListOrder order
) {
    const auto selection = select_by(organization, filter);
    if (!selection) return {};
    const auto found = order == ListOrder::start
                           ? places(reader, *selection, offset, limit)
                           : DescendingPage(reader, *selection).read(offset, limit);
    std::vector<AppointmentId> page;
    for (const auto& place : found) page.push_back(keys::appointment_in(place));
    return page;
}

}  // namespace consularia::projections
