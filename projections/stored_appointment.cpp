#include "projections/stored_appointment.hpp"

#include "projections/byte_codec.hpp"
#include "projections/keys.hpp"
#include "projections/row_codec.hpp"

#include <utility>
#include <vector>

namespace consularia::projections {

std::size_t bytes_in_memory(const StoredAppointment& stored) {
    constexpr std::size_t kOverhead = 512;
    const auto* const details = domain::details_of(stored.state);
    if (details == nullptr) return kOverhead;
    return kOverhead + stored.bytes + details->participants->size() * sizeof(domain::Participant) +
           details->joins->size() * sizeof(domain::LastJoin);
}

StoredAppointment deleted(const Activity& activity) {
    return {domain::Absent{}, activity.sequence, {}, 0, activity.updated};
}

std::optional<Activity> find_activity(
    const Reader& reader, domain::OrganizationId organization, domain::AppointmentId id
) {
    const auto row = reader.get(Table::activity, keys::appointment(organization, id));
    return row ? std::optional(decode_activity(*row)) : std::nullopt;
}

StoredAppointment read_appointment(
    const Reader& reader, domain::OrganizationId organization, domain::AppointmentId id
) {
    const auto own_key = keys::appointment(organization, id);
    const auto rows = reader.scan(Table::activity, own_key, keys::after_all(own_key));
    if (!rows->valid()) return {};
    if (rows->key() != own_key) row_is_damaged();
    const auto activity = decode_activity(rows->value());
    if (!activity.status) return deleted(activity);
    const auto row = reader.get(Table::states, own_key);
    if (!row) row_is_damaged();
    auto [state, unkept] = decode_state_row(*row);
    auto details = *domain::details_of(state);
    details.version = activity.version;
    std::vector<domain::LastJoin> joins;
    for (rows->next(); rows->valid(); rows->next()) {
        joins.push_back({keys::participant_in(rows->key()), decode_time(rows->value())});
    }
    details.joins = std::move(joins);
    return {
        domain::with_status(domain::status_of(state), std::move(details)),
        activity.sequence,
        unkept,
        row->size(),
        activity.updated};
}

}  // namespace consularia::projections
