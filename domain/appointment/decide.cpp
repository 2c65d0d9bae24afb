#include "domain/appointment/decide.hpp"

#include "domain/appointment/door.hpp"

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace consularia::domain {
namespace {

using Decision = Result<std::optional<AppointmentEvent>>;
using Objection = std::optional<Rejection>;

constexpr NotFound kNoAppointment{"Appointment"};
constexpr NotFound kNoParticipant{"Participant"};

template <class T, class... Ts>
concept OneOf = (std::same_as<T, Ts> || ...);

// Groups of states and commands with the same rules. They are spelled out so that a new state or
// command belongs to none of them and does not compile until it is decided.
template <class State>
concept Existing = OneOf<State, Scheduled, Active, Completed, Missed>;
template <class State>
concept Open = OneOf<State, Scheduled, Active, Missed>;

template <class Command>
concept OfWhole =
    OneOf<Command, UpdateAppointment, StartAppointment, CompleteAppointment, DeleteAppointment>;
template <class Command>
concept OfParticipant = OneOf<Command, RemoveParticipant, UpdateParticipant>;
template <class Command>
concept OfParticipants =
    OfParticipant<Command> || OneOf<Command, AddParticipants, RemoveParticipants>;
template <class Command>
concept OfExisting = OfWhole<Command> || OfParticipants<Command> || OneOf<Command, JoinAppointment>;

Decision nothing() {
    return std::nullopt;
}

Decision refuse(const Rejection& why) {
    return Decision(tl::unexpect, why);
}

NewParticipant as_added(const Participant& participant) {
    return {participant.id, participant.unique_id, participant.display_name, participant.role};
}

/// The change that this given value makes, if any.
template <class T>
std::optional<Change<T>> change(const T& from, const std::optional<T>& to) {
    if (!to || *to == from) return std::nullopt;
    return Change<T>{from, *to};
}

// Objections that do not depend on the status: bad items first, then the version.

Objection version_objection(const ExpectedVersions& expected, Version actual) {
    if (!expected) return std::nullopt;
    if (std::find(expected->begin(), expected->end(), actual) != expected->end()) {
        return std::nullopt;
    }
    return VersionMismatch{};
}

/// The errors of the items, if there are any.
Objection items_objection(BadItems bad) {
    const auto is_bad = [](const auto& item) { return item.has_value(); };
    if (std::none_of(bad.items.begin(), bad.items.end(), is_bad)) return std::nullopt;
    return bad;
}

Objection adding_objection(
    const std::vector<Participant>& present, const std::vector<NewParticipant>& added
) {
    std::vector<std::optional<UniqueId>> unique_ids;
    unique_ids.reserve(added.size());
    for (const auto& participant : added) unique_ids.emplace_back(participant.unique_id);
    const auto duplicates = find_duplicates(present, unique_ids);

    BadItems bad{std::vector<std::optional<ItemError>>(added.size())};
    for (std::size_t i = 0; i < added.size(); ++i) {
        if (duplicates[i]) bad.items[i] = ItemError::duplicate_unique_id;
    }
    if (auto found = items_objection(std::move(bad))) return found;
    if (present.size() + added.size() > limits::kParticipants.accepted)
        return TooManyParticipants{};
    return std::nullopt;
}

Objection removing_objection(
    const std::vector<Participant>& present, const std::vector<ParticipantId>& removed
) {
    std::unordered_set<ParticipantId> known;
    for (const auto& participant : present) known.insert(participant.id);

    BadItems bad{std::vector<std::optional<ItemError>>(removed.size())};
    for (std::size_t i = 0; i < removed.size(); ++i) {
        if (!known.contains(removed[i])) bad.items[i] = ItemError::unknown_participant;
    }
    return items_objection(std::move(bad));
}

Objection objection(const Details&, const ScheduleAppointment& command) {
    return adding_objection({}, command.participants);
}

Objection objection(const Details& details, const AddParticipants& command) {
    if (auto bad = adding_objection(*details.participants, command.participants)) return bad;
    return version_objection(command.expected, details.tag);
}

Objection objection(const Details& details, const RemoveParticipants& command) {
    if (auto bad = removing_objection(*details.participants, command.participants)) return bad;
    return version_objection(command.expected, details.tag);
}

template <OfParticipant Command>
Objection objection(const Details& details, const Command& command) {
    const Participant* const participant = find_participant(details, command.participant);
    if (participant == nullptr) return kNoParticipant;
    return version_objection(command.expected, participant->version);
}

template <OfWhole Command>
Objection objection(const Details& details, const Command& command) {
    return version_objection(command.expected, details.tag);
}

Objection objection(const Details& details, const JoinAppointment& command) {
    if (find_participant(details, command.participant) != nullptr) return std::nullopt;
    return kNoParticipant;
}

Objection objection(const Details&, const EndAppointment&) {
    return std::nullopt;
}

// The rules of the states, for commands without objection.

Decision rule(const Absent&, const ScheduleAppointment& command, Timestamp) {
    if (const auto bad = adding_objection({}, command.participants)) return refuse(*bad);
    return AppointmentScheduled{
        command.title, command.start, command.duration, command.config, command.participants};
}

Decision rule(const Absent&, const EndAppointment&, Timestamp) {
    return nothing();
}

template <OfExisting Command>
Decision rule(const Absent&, const Command&, Timestamp) {
    return refuse(kNoAppointment);
}

template <Existing State>
Decision rule(const State&, const ScheduleAppointment&, Timestamp) {
    return refuse(Conflict::already_exists);
}

AppointmentUpdated changes(const Details& details, const UpdateAppointment& command) {
    AppointmentUpdated event;
    event.title = change(details.title, command.title);
    event.start = change(details.start, command.start);
    event.duration = change(details.duration, command.duration);
    event.config = change(details.config, command.config);
    return event;
}

Decision rule(const Scheduled& state, const UpdateAppointment& command, Timestamp) {
    auto event = changes(state.details, command);
    if (event == AppointmentUpdated{}) return nothing();
    return event;
}

Decision rule(const Missed& state, const UpdateAppointment& command, Timestamp now) {
    auto event = changes(state.details, command);
    if (event == AppointmentUpdated{}) return nothing();
    auto updated = state.details;
    updated.start = command.start.value_or(updated.start);
    updated.duration = command.duration.value_or(updated.duration);
    if (updated.end() > now) event.status = Change<Status>{Status::missed, Status::scheduled};
    return event;
}

Decision rule(const Active&, const UpdateAppointment&, Timestamp) {
    return refuse(Conflict::active_cannot_be_updated);
}

Decision rule(const Completed&, const UpdateAppointment&, Timestamp) {
    return refuse(Conflict::completed_cannot_be_updated);
}

template <OneOf<Scheduled, Missed> State>
Decision rule(const State&, const StartAppointment&, Timestamp) {
    return AppointmentStarted{};
}

Decision rule(const Active&, const StartAppointment&, Timestamp) {
    return nothing();
}

Decision rule(const Completed&, const StartAppointment&, Timestamp) {
    return refuse(Conflict::completed_cannot_be_started);
}

Decision rule(const Active&, const CompleteAppointment&, Timestamp) {
    return AppointmentCompleted{};
}

Decision rule(const Completed&, const CompleteAppointment&, Timestamp) {
    return nothing();
}

template <OneOf<Scheduled, Missed> State>
Decision rule(const State&, const CompleteAppointment&, Timestamp) {
    return refuse(Conflict::only_active_can_be_completed);
}

bool end_has_come(const Details& details, Timestamp now) {
    return details.awaits_end && details.end() <= now;
}

Decision rule(const Scheduled& state, const EndAppointment&, Timestamp now) {
    if (!end_has_come(state.details, now)) return nothing();
    return AppointmentMissed{};
}

Decision rule(const Active& state, const EndAppointment&, Timestamp now) {
    if (!end_has_come(state.details, now)) return nothing();
    return AppointmentCompleted{};
}

template <OneOf<Completed, Missed> State>
Decision rule(const State&, const EndAppointment&, Timestamp) {
    return nothing();
}

template <Existing State>
Decision rule(const State&, const DeleteAppointment&, Timestamp) {
    return AppointmentDeleted{};
}

template <OfParticipants Command>
Decision rule(const Completed&, const Command&, Timestamp) {
    return refuse(Conflict::participants_of_completed_cannot_change);
}

template <Open State>
Decision rule(const State&, const AddParticipants& command, Timestamp) {
    if (command.participants.empty()) return nothing();
    return ParticipantsAdded{command.participants};
}

template <Open State>
Decision rule(const State& state, const RemoveParticipants& command, Timestamp) {
    if (command.participants.empty()) return nothing();
    std::unordered_map<ParticipantId, const Participant*> staying;
    for (const auto& participant : *state.details.participants) {
        staying.emplace(participant.id, &participant);
    }
    ParticipantsRemoved event;
    for (const auto id : command.participants) {
        const auto removed = staying.extract(id);
        if (!removed.empty()) event.participants.push_back(as_added(*removed.mapped()));
    }
    return event;
}

template <Open State>
Decision rule(const State& state, const RemoveParticipant& command, Timestamp) {
    const Participant& removed = *find_participant(state.details, command.participant);
    return ParticipantsRemoved{{as_added(removed)}};
}

template <Open State>
Decision rule(const State& state, const UpdateParticipant& command, Timestamp) {
    const Participant& present = *find_participant(state.details, command.participant);
    ParticipantUpdated event{command.participant, std::nullopt, std::nullopt};
    event.display_name = change(present.display_name, command.display_name);
    event.role = change(present.role, command.role);
    if (!event.display_name && !event.role) return nothing();
    return event;
}

/// Judged by the ledger's times, so that all nodes agree.
bool has_just_joined(const Details& details, const JoinAppointment& command, Timestamp now) {
    const auto last = last_join(details, command.participant);
    return last && now - *last < command.repeat;
}

template <Existing State>
Decision rule(const State& state, const JoinAppointment& command, Timestamp now) {
    constexpr Status is = State::kIs;
    constexpr auto becomes = status_when_joined(is);
    static_assert(becomes.has_value() != is_over(is), "who finds an open door can enter");
    switch (door_of(is, state.details, command.opens_before, now)) {
        case Door::early:
            return refuse(Conflict::joining_is_not_open_yet);
        case Door::ended:
            return refuse(Conflict::appointment_has_ended);
        case Door::open:
            break;
    }
    ParticipantJoined event{command.participant, change<Status>(is, becomes)};
    if (!event.status && has_just_joined(state.details, command, now)) return nothing();
    return event;
}

}  // namespace

Decision decide(const Appointment& state, const AppointmentCommand& command, Timestamp now) {
    return std::visit(
        [now]<class State>(const State& current, const auto& given) -> Decision {
            if constexpr (!std::same_as<State, Absent>) {
                if (const auto found = objection(current.details, given)) return refuse(*found);
            }
            return rule(current, given, now);
        },
        state,
        command
    );
}

}  // namespace consularia::domain
