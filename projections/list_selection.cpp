#include "projections/list_selection.hpp"

#include "projections/keys.hpp"

#include <chrono>

namespace consularia::projections {
namespace {

std::uint64_t keys_before(const Reader& reader, const Selection& selection) {
    return selection.from.empty() ? 0 : rank(reader, selection.list, selection.from);
}

/// Where the page begins; empty if the list ends before it.
std::optional<std::string> find_page(
    const Reader& reader, const Selection& selection, std::uint64_t offset
) {
    if (offset == 0) return selection.from;
    return select(reader, selection.list, keys_before(reader, selection) + offset);
}

}  // namespace

/// Every filter must be a part of the selection, since nothing else looks at it: each is named, so
/// that a new one does not compile before.
std::optional<Selection> select_by(
    domain::OrganizationId organization, const AppointmentFilter& filter
) {
    const auto& [start_from, start_to, unique_id] = filter;
    Selection selection{{Table::by_start, keys::start_list(organization)}, {}, {}};
    if (unique_id) {
        if (unique_id->find('\0') != std::string::npos) return std::nullopt;
        selection.list = {Table::by_participant, keys::participant_list(organization, *unique_id)};
    }
    if (start_from) selection.from = keys::place(*start_from);
    if (start_to) selection.to = keys::place(*start_to + std::chrono::microseconds(1));
    if (!selection.to.empty() && selection.from >= selection.to) return std::nullopt;
    return selection;
}

std::uint64_t count(const Reader& reader, const Selection& selection) {
    const auto end = selection.to.empty() ? size(reader, selection.list)
                                          : rank(reader, selection.list, selection.to);
    return end - keys_before(reader, selection);
}

std::uint64_t places_before(
    const Reader& reader, const Selection& selection, std::string_view rest
) {
    if (rest <= selection.from) return 0;
    return rank(reader, selection.list, rest) - keys_before(reader, selection);
}

std::vector<std::string> places(
    const Reader& reader, const Selection& selection, std::uint64_t offset, std::uint64_t limit
) {
    std::vector<std::string> page;
    const auto first = find_page(reader, selection, offset);
    if (!first) return page;
    const auto& [index, prefix] = selection.list;
    const auto end = selection.to.empty() ? keys::after_all(prefix) : prefix + selection.to;
    const auto cursor = reader.scan(index, prefix + *first, end);
    for (; cursor->valid() && page.size() < limit; cursor->next()) {
        page.emplace_back(cursor->key().substr(prefix.size()));
    }
    return page;
}

}  // namespace consularia::projections
