#include "projections/due.hpp"

#include "projections/keys.hpp"

#include <algorithm>

namespace consularia::projections {

namespace {

/// Everything due is before this place.
std::string end_of(domain::Timestamp now) {
    return keys::place(now + std::chrono::microseconds(1));
}

}  // namespace

std::vector<DueOrganization> find_due_organizations(
    const Reader& reader,
    ledger::Partition partition,
    domain::Timestamp now,
    const std::string& after,
    std::size_t limit
) {
    std::vector<DueOrganization> found;
    const auto prefix = keys::partition(partition);
    const auto start = reader.get(Table::deadline_starts, prefix);
    const auto end = end_of(now);
    if (!start) return found;
    const auto from = after.empty() ? *start : std::max(*start, keys::after(after));
    if (from >= end) return found;
    const auto row = reader.scan(Table::next_deadlines, prefix + from, prefix + end);
    for (; row->valid() && found.size() < limit; row->next()) {
        std::string place(row->key().substr(prefix.size()));
        const auto organization = keys::organization_of_place(place);
        found.push_back({organization, std::move(place)});
    }
    return found;
}

std::vector<domain::AppointmentId> find_due(
    const Reader& reader,
    domain::OrganizationId organization,
    domain::Timestamp now,
    std::size_t limit
) {
    std::vector<domain::AppointmentId> found;
    const auto prefix = keys::organization(organization);
    const auto start = reader.get(Table::deadline_starts, prefix);
    const auto end = end_of(now);
    if (!start || *start >= end) return found;
    const auto row = reader.scan(Table::deadlines, prefix + *start, prefix + end);
    for (; row->valid() && found.size() < limit; row->next()) {
        found.push_back(keys::appointment_in(row->key()));
    }
    return found;
}

}  // namespace consularia::projections
