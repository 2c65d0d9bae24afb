#pragma once
// The appointments that were read last, so that one that many ask for is not read again each time.

#include "projections/stored_appointment.hpp"

#include <compare>
#include <cstddef>
#include <list>
#include <map>
#include <mutex>
#include <optional>

namespace consularia::projections {

/// One of all organizations.
struct AppointmentKey {
    domain::OrganizationId organization;
    domain::AppointmentId appointment;

    friend auto operator<=>(const AppointmentKey&, const AppointmentKey&) = default;
};

/// Bounded; whoever was asked for least recently goes first. Thread-safe.
class RecentAppointments {
  public:
    explicit RecentAppointments(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    /// As of that fact of the organization, which was the appointment's last one; empty when it is
    /// not here. So no state counts for a snapshot that does not have it.
    [[nodiscard]] std::optional<StoredAppointment> find(
        const AppointmentKey& key, ledger::Sequence sequence
    );

    void keep(const AppointmentKey& key, StoredAppointment appointment);

  private:
    struct Entry {
        AppointmentKey key;
        StoredAppointment appointment;
        std::size_t bytes;
    };

    using Entries = std::list<Entry>;

    void drop(Entries::iterator entry);

    const std::size_t max_bytes_;
    std::mutex mutex_;  ///< Guards what follows.
    Entries entries_;   ///< The latest first.
    std::map<AppointmentKey, Entries::iterator> by_key_;
    std::size_t bytes_ = 0;
};

/// Out of `recent` when it is there, else out of its rows, and then it is there.
[[nodiscard]] StoredAppointment read_appointment(
    const Reader& reader, RecentAppointments& recent, const AppointmentKey& key
);

}  // namespace consularia::projections
