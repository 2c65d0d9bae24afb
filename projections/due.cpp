#include "projections/due.hpp"

#include "projections/keys.hpp"

#include <algorithm>
#include <limits>

namespace consularia::projections {

namespace {

/// Reads what keys::deadline wrote: partition, time, organization, appointment.
Due due_in(std::string_view key) {
    constexpr std::size_t kTime = 8;
    constexpr std::size_t kOrganization = 16;
    constexpr std::uint64_t kSign = 1ULL << 63;
    Due due;
    due.end.micros = static_cast<std::int64_t>(keys::number_in(key.substr(kTime, 8)) ^ kSign);
    const auto organization = key.substr(kOrganization, due.organization.bytes.size());
    std::copy(organization.begin(), organization.end(), due.organization.bytes.begin());
    due.appointment = keys::appointment_in(key);
    return due;
}

}  // namespace

std::vector<Due> find_due(
    const Reader& reader,
    ledger::Partition partition,
    domain::Timestamp now,
    std::size_t limit,
    const std::function<bool(const Due&)>& wanted
) {
    constexpr domain::Timestamp kFirst{std::numeric_limits<std::int64_t>::min()};
    const auto from = keys::deadline(partition, kFirst, {}, {});
    const auto to = keys::deadline(partition, {now.micros + 1}, {}, {});
    std::vector<Due> found;
    for (auto row = reader.scan(Table::deadlines, from, to); row->valid(); row->next()) {
        if (found.size() == limit) break;
        const Due due = due_in(row->key());
        if (wanted(due)) found.push_back(due);
    }
    return found;
}

}  // namespace consularia::projections
