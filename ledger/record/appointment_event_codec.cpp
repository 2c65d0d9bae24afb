#include "ledger/record/appointment_event_codec.hpp"

#include "base/overloaded.hpp"
#include "ledger/record/appointment_members_codec.hpp"
#include "ledger/record/sides.hpp"

#include <array>

namespace consularia::ledger {

namespace {

template <class Side>
void write_side(JsonWriter& json, const domain::AppointmentUpdated& event, Side side) {
    if (event.start) json.text("start_date_time", domain::format(side(*event.start)));
    if (event.duration) json.number("duration_minutes", side(*event.duration).minutes());
    if (event.config) write_config(json, side(*event.config));
    if (event.title) write_title(json, side(*event.title));
    if (event.status) json.text("status", domain::to_string(side(*event.status)));
}

template <class Side>
void write_side(JsonWriter& json, const domain::ParticipantJoined& event, Side side) {
    if (event.status) json.text("status", domain::to_string(side(*event.status)));
}

template <class Side>
void write_side(JsonWriter& json, const domain::ParticipantUpdated& event, Side side) {
    if (event.role) json.text("role", domain::to_string(side(*event.role)));
    if (!event.display_name) return;
    json.begin_object("person");
    write_display_name(json, side(*event.display_name));
    json.end_object();
}

// Readers of data.

using MaybeEvent = std::optional<domain::AppointmentEvent>;

MaybeEvent read_scheduled(const JsonReader& data) {
    const auto start = read_start(data);
    const auto duration = read_duration(data);
    auto config = read_config(data);
    auto title = read_title(data.object("private"));
    auto participants = read_participants(data);
    if (!start || !duration || !config || !title || !participants) return std::nullopt;
    return domain::AppointmentScheduled{
        std::move(*title), *start, *duration, std::move(*config), std::move(*participants)};
}

MaybeEvent read_updated(const JsonReader& data) {
    const Sides sides{data.object("old"), data.object("new")};
    domain::AppointmentUpdated event;
    const bool good = sides.read("start_date_time", read_start, event.start) &&
                      sides.read("duration_minutes", read_duration, event.duration) &&
                      sides.read("config", read_config, event.config) &&
                      sides.read_inner("private", "title", read_title, event.title) &&
                      sides.read("status", read_status, event.status);
    if (!good || !sides.readable()) return std::nullopt;
    return event;
}

MaybeEvent read_participant_updated(const JsonReader& data) {
    const auto id = data.id<domain::ParticipantId>("id");
    const Sides sides{data.object("old"), data.object("new")};
    domain::ParticipantUpdated event;
    const bool good =
        sides.read("role", read_role, event.role) &&
        sides.read_inner("person", "display_name", read_display_name, event.display_name);
    if (!id || !good || !sides.readable()) return std::nullopt;
    event.id = *id;
    return event;
}

MaybeEvent read_participant_joined(const JsonReader& data) {
    const auto id = data.id<domain::ParticipantId>("id");
    const Sides sides{data.object("old"), data.object("new")};
    domain::ParticipantJoined event;
    const bool good = sides.read("status", read_status, event.status);
    if (!id || !good || !sides.readable()) return std::nullopt;
    event.id = *id;
    return event;
}

template <class Event>
MaybeEvent read_participant_list(const JsonReader& data) {
    auto participants = read_participants(data);
    if (!participants) return std::nullopt;
    return Event{std::move(*participants)};
}

template <class Event>
MaybeEvent read_nothing(const JsonReader&) {
    return Event{};
}

using Type = EventType<domain::AppointmentEvent>;

constexpr std::array kTypes{
    Type{"dev.consularia.appointment.scheduled.v1", &read_scheduled},
    Type{"dev.consularia.appointment.updated.v1", &read_updated},
    Type{"dev.consularia.appointment.started.v1", &read_nothing<domain::AppointmentStarted>},
    Type{"dev.consularia.appointment.completed.v1", &read_nothing<domain::AppointmentCompleted>},
    Type{"dev.consularia.appointment.missed.v1", &read_nothing<domain::AppointmentMissed>},
    Type{"dev.consularia.appointment.deleted.v1", &read_nothing<domain::AppointmentDeleted>},
    Type{
        "dev.consularia.appointment.participants_added.v1",
        &read_participant_list<domain::ParticipantsAdded>},
    Type{
        "dev.consularia.appointment.participants_removed.v1",
        &read_participant_list<domain::ParticipantsRemoved>},
    Type{"dev.consularia.appointment.participant_updated.v1", &read_participant_updated},
    Type{"dev.consularia.appointment.participant_joined.v1", &read_participant_joined},
};

}  // namespace

EventTypes<domain::AppointmentEvent> appointment_event_types() {
    return kTypes;
}

std::string_view type_of(const domain::AppointmentEvent& event) {
    using namespace domain;
    return std::visit(
        Overloaded{
            [](const AppointmentScheduled&) {
                return written<kTypes>("dev.consularia.appointment.scheduled.v1");
            },
            [](const AppointmentUpdated&) {
                return written<kTypes>("dev.consularia.appointment.updated.v1");
            },
            [](const AppointmentStarted&) {
                return written<kTypes>("dev.consularia.appointment.started.v1");
            },
            [](const AppointmentCompleted&) {
                return written<kTypes>("dev.consularia.appointment.completed.v1");
            },
            [](const AppointmentMissed&) {
                return written<kTypes>("dev.consularia.appointment.missed.v1");
            },
            [](const AppointmentDeleted&) {
                return written<kTypes>("dev.consularia.appointment.deleted.v1");
            },
            [](const ParticipantsAdded&) {
                return written<kTypes>("dev.consularia.appointment.participants_added.v1");
            },
            [](const ParticipantsRemoved&) {
                return written<kTypes>("dev.consularia.appointment.participants_removed.v1");
            },
            [](const ParticipantUpdated&) {
                return written<kTypes>("dev.consularia.appointment.participant_updated.v1");
            },
            [](const ParticipantJoined&) {
                return written<kTypes>("dev.consularia.appointment.participant_joined.v1");
            },
        },
        event
    );
}

void write_data(JsonWriter& json, const domain::AppointmentEvent& event) {
    std::visit(
        Overloaded{
            [&](const domain::AppointmentScheduled& scheduled) {
                json.text("start_date_time", domain::format(scheduled.start));
                json.number("duration_minutes", scheduled.duration.minutes());
                write_config(json, scheduled.config);
                write_title(json, scheduled.title);
                write_participants(json, scheduled.participants);
            },
            [&](const domain::AppointmentUpdated& updated) {
                write_sides(json, [&](auto side) { write_side(json, updated, side); });
            },
            [](const domain::AppointmentStarted&) {},
            [](const domain::AppointmentCompleted&) {},
            [](const domain::AppointmentMissed&) {},
            [](const domain::AppointmentDeleted&) {},
            [&](const domain::ParticipantsAdded& added) {
                write_participants(json, added.participants);
            },
            [&](const domain::ParticipantsRemoved& removed) {
                write_participants(json, removed.participants);
            },
            [&](const domain::ParticipantUpdated& updated) {
                json.text("id", updated.id.to_string());
                write_sides(json, [&](auto side) { write_side(json, updated, side); });
            },
            [&](const domain::ParticipantJoined& joined) {
                json.text("id", joined.id.to_string());
                write_sides(json, [&](auto side) { write_side(json, joined, side); });
            },
        },
        event
    );
}

}  // namespace consularia::ledger
