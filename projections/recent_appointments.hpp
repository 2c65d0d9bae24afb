#pragma once
// The appointments that were read last, so that a popular one is not read again each time.

#include "projections/stored_appointment.hpp"

#include <compare>
#include <cstddef>
#include <list>
#include <map>
#include <mutex>
#include <optional>

namespace consularia::projections {

/// Identifies an appointment among all organizations.
struct AppointmentKey {
    domain::OrganizationId organization;
    domain::AppointmentId appointment;

    friend auto operator<=>(const AppointmentKey&, const AppointmentKey&) = default;
};

/// Bounded; the least recently used appointment is evicted first. Thread-safe.
class RecentAppointments {
  public:
    explicit RecentAppointments(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    /// The appointment as of that fact of the organization, which was the appointment's last one;
    /// empty if it is not here. So a snapshot never gets a state that it does not contain.
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
    Entries entries_;   ///< The most recent first.
    std::map<AppointmentKey, Entries::iterator> by_key_;
    std::size_t bytes_ = 0;
};

/// Taken from `recent` if it is there; otherwise read from its rows and added to `recent`.
[[nodiscard]] StoredAppointment read_appointment(
    const Reader& reader, RecentAppointments& recent, const AppointmentKey& key
);

}  // namespace consularia::projections
