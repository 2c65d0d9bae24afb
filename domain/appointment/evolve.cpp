#include "domain/appointment/evolve.hpp"

#include <algorithm>
#include <optional>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace consularia::domain {
namespace {

using Evolved = tl::expected<Appointment, ImpossibleTransition>;

Evolved impossible() {
    return tl::unexpected(ImpossibleTransition{});
}

/// An existing appointment during an event: the functions below change it and return whether the
/// event is possible. The details already have the event's version and time.
struct Current {
    Status status{};
    Details details;
    Timestamp now;
};

/// Adds the participants if their ids are new and they are not too many.
bool add(Details& details, const std::vector<NewParticipant>& added) {
    auto present = *details.participants;
    if (present.size() + added.size() > limits::kParticipants.stored) return false;

    std::unordered_set<ParticipantId> ids;
    const auto is_new = [&](const auto& participant) { return ids.insert(participant.id).second; };
    if (!std::all_of(present.begin(), present.end(), is_new)) return false;
    if (!std::all_of(added.begin(), added.end(), is_new)) return false;

    for (const auto& [id, unique_id, display_name, role] : added) {
        present.push_back({id, unique_id, display_name, role, details.version});
    }
    details.participants = std::move(present);
    return true;
}

/// Removes the participants if all are there with these roles. A participant that is given twice is
/// removed once; the count detects that.
bool remove(Details& details, const std::vector<NewParticipant>& removed) {
    std::unordered_map<ParticipantId, const NewParticipant*> by_id;
    for (const auto& participant : removed) by_id.emplace(participant.id, &participant);
    const auto is_removed = [&](const Participant& participant) {
        const auto found = by_id.find(participant.id);
        return found != by_id.end() && found->second->role == participant.role;
    };
    auto participants = *details.participants;
    auto joins = *details.joins;
    const auto count = std::erase_if(participants, is_removed);
    std::erase_if(joins, [&](const LastJoin& join) { return by_id.contains(join.participant); });
    details.participants = std::move(participants);
    details.joins = std::move(joins);
    return count == removed.size();
}

void note_join(Details& details, ParticipantId participant, Timestamp now) {
    auto joins = *details.joins;
    const auto place = std::ranges::lower_bound(joins, participant, {}, &LastJoin::participant);
    if (place != joins.end() && place->participant == participant) {
        place->time = now;
    } else {
        joins.insert(place, {participant, now});
    }
    details.joins = std::move(joins);
}

// The members of events are named, so that a new one does not compile until it is carried out.

/// Carries out a change if there is one and its old value is the present one.
template <class T>
bool carry_out(const std::optional<Change<T>>& change, T& value) {
    if (!change) return true;
    if (change->from != value) return false;
    value = change->to;
    return true;
}

/// Carries out a change of a personal value, whatever it says the old value was.
template <class T>
void replace(const std::optional<Change<T>>& change, T& value) {
    if (change) value = change->to;
}

bool apply(Current&, const AppointmentScheduled&) {
    return false;
}

bool apply(Current& current, const AppointmentUpdated& event) {
    const auto& [title, start, duration, config, status] = event;
    auto& details = current.details;
    if (!may_be_updated(current.status)) return false;
    if (status && status != Change<Status>{Status::missed, Status::scheduled}) return false;
    replace(title, details.title);
    return carry_out(start, details.start) && carry_out(duration, details.duration) &&
           carry_out(config, details.config) && carry_out(status, current.status);
}

bool apply(Current& current, const AppointmentStarted&) {
    if (!may_be_started(current.status)) return false;
    current.status = Status::active;
    return true;
}

bool apply(Current& current, const AppointmentCompleted&) {
    if (status_at_end(current.status) != Status::completed) return false;
    current.status = Status::completed;
    return true;
}

bool apply(Current& current, const AppointmentMissed&) {
    if (status_at_end(current.status) != Status::missed) return false;
    current.status = Status::missed;
    return true;
}

bool apply(Current& current, const ParticipantsAdded& event) {
    return participants_may_change(current.status) && add(current.details, event.participants);
}

bool apply(Current& current, const ParticipantsRemoved& event) {
    return participants_may_change(current.status) && remove(current.details, event.participants);
}

bool apply(Current& current, const ParticipantUpdated& event) {
    const auto& [id, display_name, role] = event;
    if (!participants_may_change(current.status)) return false;
    auto participants = *current.details.participants;
    const auto found = std::ranges::find(participants, id, &Participant::id);
    if (found == participants.end()) return false;
    found->version = current.details.version;
    replace(display_name, found->display_name);
    const bool possible = carry_out(role, found->role);
    current.details.participants = std::move(participants);
    return possible;
}

bool apply(Current& current, const ParticipantJoined& event) {
    if (find_participant(current.details, event.id) == nullptr) return false;
    note_join(current.details, event.id, current.now);
    const auto joined = status_when_joined(current.status);
    if (!joined || joined != (event.status ? event.status->to : current.status)) return false;
    if (!event.status) return true;
    return event.status->from == current.status && apply(current, AppointmentStarted{});
}

/// Whether the clock acts at the end: if the end is awaited in this status, and was ahead when the
/// appointment came to it. That was at its creation for a scheduled one, even if the end has come
/// and nobody has acted on it yet.
bool awaits_end(Status before, const Current& current) {
    const Details& details = current.details;
    switch (current.status) {
        case Status::scheduled:
            return details.created_at < details.end();
        case Status::active:
            return before == Status::active ? details.awaits_end : current.now < details.end();
        case Status::completed:
        case Status::missed:
            return false;
    }
    unknown_enumerator();
}

Evolved begin(const AppointmentScheduled& event, const Occurrence& occurrence) {
    const auto& [title, start, duration, config, participants] = event;
    Details details{
        occurrence.id,
        title,
        start,
        duration,
        config,
        {},
        occurrence.time,
        occurrence.time,
        occurrence.version,
        false,
        occurrence.version,
        {}};
    if (!add(details, participants)) return impossible();
    Current current{Status::scheduled, std::move(details), occurrence.time};
    current.details.awaits_end = awaits_end(Status::scheduled, current);
    return Scheduled{std::move(current.details)};
}

template <class Event>
Evolved go_on(Current current, const Event& event) {
    if constexpr (std::is_same_v<Event, AppointmentDeleted>) {
        return Absent{};
    } else {
        const Status before = current.status;
        if (!apply(current, event)) return impossible();
        current.details.awaits_end = awaits_end(before, current);
        return with_status(current.status, std::move(current.details));
    }
}

}  // namespace

bool shows(const AppointmentEvent& event) {
    const auto* const joined = std::get_if<ParticipantJoined>(&event);
    return joined == nullptr || joined->status.has_value();
}

Evolved evolve(Appointment state, const AppointmentEvent& event, const Occurrence& occurrence) {
    if (occurrence.version != version_of(state) + 1) return impossible();
    return std::visit(
        [&]<class State>(State& found) -> Evolved {
            if constexpr (std::is_same_v<State, Absent>) {
                const auto* const scheduled = std::get_if<AppointmentScheduled>(&event);
                return scheduled == nullptr ? impossible() : begin(*scheduled, occurrence);
            } else {
                Current current{State::kIs, std::move(found.details), occurrence.time};
                current.details.version = occurrence.version;
                if (shows(event)) {
                    current.details.tag = occurrence.version;
                    current.details.updated_at = occurrence.time;
                }
                return std::visit(
                    [&](const auto& happened) { return go_on(std::move(current), happened); }, event
                );
            }
        },
        state
    );
}

}  // namespace consularia::domain
