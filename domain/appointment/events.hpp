#pragma once
// What can happen to an appointment: facts in the past tense (docs/events.md).

#include "domain/appointment/appointment.hpp"
#include "domain/change.hpp"

#include <optional>
#include <variant>
#include <vector>

namespace consularia::domain {

/// A participant as it is added to the list.
struct NewParticipant {
    ParticipantId id;
    UniqueId unique_id;
    std::optional<DisplayName> display_name;
    Role role{};

    friend bool operator==(const NewParticipant&, const NewParticipant&) = default;
};

struct AppointmentScheduled {
    Title title;
    Timestamp start;
    Duration duration;
    Config config;
    std::vector<NewParticipant> participants;

    friend bool operator==(const AppointmentScheduled&, const AppointmentScheduled&) = default;
};

/// Only what changed is set.
struct AppointmentUpdated {
    std::optional<Change<Title>> title;
    std::optional<Change<Timestamp>> start;
    std::optional<Change<Duration>> duration;
    std::optional<Change<Config>> config;
    std::optional<Change<Status>> status;  ///< From missed to scheduled, if the new end is ahead.

    friend bool operator==(const AppointmentUpdated&, const AppointmentUpdated&) = default;
};

struct AppointmentStarted {
    friend bool operator==(const AppointmentStarted&, const AppointmentStarted&) = default;
};

struct AppointmentCompleted {
    friend bool operator==(const AppointmentCompleted&, const AppointmentCompleted&) = default;
};

struct AppointmentMissed {
    friend bool operator==(const AppointmentMissed&, const AppointmentMissed&) = default;
};

struct AppointmentDeleted {
    friend bool operator==(const AppointmentDeleted&, const AppointmentDeleted&) = default;
};

struct ParticipantsAdded {
    std::vector<NewParticipant> participants;

    friend bool operator==(const ParticipantsAdded&, const ParticipantsAdded&) = default;
};

/// With the values that the participants had: auditors read them.
struct ParticipantsRemoved {
    std::vector<NewParticipant> participants;

    friend bool operator==(const ParticipantsRemoved&, const ParticipantsRemoved&) = default;
};

/// Only what changed is set.
struct ParticipantUpdated {
    ParticipantId id;
    std::optional<Change<std::optional<DisplayName>>> display_name;
    std::optional<Change<Role>> role;

    friend bool operator==(const ParticipantUpdated&, const ParticipantUpdated&) = default;
};

/// Joined with an access link. `status` is set by the appointment's first join: scheduled to
/// active.
struct ParticipantJoined {
    ParticipantId id;
    std::optional<Change<Status>> status;

    friend bool operator==(const ParticipantJoined&, const ParticipantJoined&) = default;
};

using AppointmentEvent = std::variant<
    AppointmentScheduled,
    AppointmentUpdated,
    AppointmentStarted,
    AppointmentCompleted,
    AppointmentMissed,
    AppointmentDeleted,
    ParticipantsAdded,
    ParticipantsRemoved,
    ParticipantUpdated,
    ParticipantJoined>;

}  // namespace consularia::domain
