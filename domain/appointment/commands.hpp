#pragma once
// What clients can ask of an appointment. Ids of new things are part of the command, so that
// deciding it again yields the same things.

#include "domain/appointment/events.hpp"

#include <optional>
#include <variant>
#include <vector>

namespace consularia::domain {

/// The versions that the caller accepts (If-Match); empty: any.
using ExpectedVersions = std::optional<std::vector<Version>>;

struct ScheduleAppointment {
    AppointmentId id;
    Title title;
    Timestamp start;
    Duration duration;
    Config config;
    std::vector<NewParticipant> participants;
};

struct UpdateAppointment {
    AppointmentId id;
    ExpectedVersions expected;
    std::optional<Title> title;
    std::optional<Timestamp> start;
    std::optional<Duration> duration;
    std::optional<Config> config;
};

struct StartAppointment {
    AppointmentId id;
    ExpectedVersions expected;
};

struct CompleteAppointment {
    AppointmentId id;
    ExpectedVersions expected;
};

/// The end has come by the clock: active becomes completed, scheduled becomes missed. Leads to no
/// event if the end is ahead, or was not awaited.
struct EndAppointment {
    AppointmentId id;
};

struct DeleteAppointment {
    AppointmentId id;
    ExpectedVersions expected;
};

struct AddParticipants {
    AppointmentId id;
    ExpectedVersions expected;
    std::vector<NewParticipant> participants;
};

/// All or none. An id given twice counts once.
struct RemoveParticipants {
    AppointmentId id;
    ExpectedVersions expected;
    std::vector<ParticipantId> participants;
};

/// One participant, addressed as a separate resource: unknown is NotFound, and `expected` is
/// compared with the participant's version.
struct RemoveParticipant {
    AppointmentId id;
    ExpectedVersions expected;
    ParticipantId participant;
};

/// `display_name`: outer empty means not given, inner empty means null. `expected` as in
/// RemoveParticipant.
struct UpdateParticipant {
    AppointmentId id;
    ExpectedVersions expected;
    ParticipantId participant;
    std::optional<std::optional<DisplayName>> display_name;
    std::optional<Role> role;
};

/// The participant joins: an event each time, except for a join that changes no state and closely
/// follows the participant's last one. The appointment's first join makes it active. Unknown is
/// NotFound; a join while the door is closed is a Conflict.
struct JoinAppointment {
    AppointmentId id;
    ParticipantId participant;
    std::chrono::microseconds opens_before{};  ///< How long before the start joining opens.
    std::chrono::microseconds repeat{};        ///< Joining again within this time is the same join.
};

using AppointmentCommand = std::variant<
    ScheduleAppointment,
    UpdateAppointment,
    StartAppointment,
    CompleteAppointment,
    EndAppointment,
    DeleteAppointment,
    AddParticipants,
    RemoveParticipants,
    RemoveParticipant,
    UpdateParticipant,
    JoinAppointment>;

/// The appointment that the command is about.
[[nodiscard]] AppointmentId target_of(const AppointmentCommand& command);

}  // namespace consularia::domain
