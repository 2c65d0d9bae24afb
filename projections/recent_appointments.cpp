#include "projections/recent_appointments.hpp"

#include <utility>

namespace consularia::projections {

std::optional<StoredAppointment> RecentAppointments::find(
    const AppointmentKey& key, ledger::Sequence sequence
) {
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end() || found->second->appointment.sequence != sequence) {
        return std::nullopt;
    }
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->appointment;
}

void RecentAppointments::keep(const AppointmentKey& key, StoredAppointment appointment) {
    const auto bytes = bytes_in_memory(appointment);
    const std::lock_guard lock(mutex_);
    if (const auto found = by_key_.find(key); found != by_key_.end()) drop(found->second);
    if (bytes > max_bytes_) return;
    while (bytes_ + bytes > max_bytes_) drop(std::prev(entries_.end()));
    entries_.push_front({key, std::move(appointment), bytes});
    by_key_.emplace(key, entries_.begin());
    bytes_ += bytes;
}

void RecentAppointments::drop(Entries::iterator entry) {
    bytes_ -= entry->bytes;
    by_key_.erase(entry->key);
    entries_.erase(entry);
}

StoredAppointment read_appointment(
    const Reader& reader, RecentAppointments& recent, const AppointmentKey& key
) {
    const auto activity = find_activity(reader, key.organization, key.appointment);
    if (!activity) return {};
    if (!activity->status) return deleted(*activity);
    if (auto found = recent.find(key, activity->sequence)) return *std::move(found);
    auto stored = read_appointment(reader, key.organization, key.appointment);
    recent.keep(key, stored);
    return stored;
}

}  // namespace consularia::projections
