#include "ledger/record/appointment_kind.hpp"

#include "base/overloaded.hpp"
#include "ledger/record/json_reader.hpp"

#include <algorithm>
#include <concepts>
#include <variant>
#include <vector>

namespace consularia::ledger {

namespace {

constexpr std::string_view kSubject = "appointments/";

// The bytes around the texts, measured on records and rows with ordinary values.
constexpr std::size_t kNewParticipantBytes = 120;
constexpr std::size_t kIdBytes = 40;
constexpr std::size_t kRowBytes = 500;
constexpr std::size_t kParticipantRowBytes = 280;
constexpr std::size_t kListEntryBytes = 400;  // with the ranks that it changes

template <class T, class... Ts>
concept OneOf = (std::same_as<T, Ts> || ...);

/// Commands without long texts and lists. They are spelled out, so that a new command does not
/// compile until its size is known.
template <class Command>
concept Small = OneOf<
    Command,
    domain::StartAppointment,
    domain::CompleteAppointment,
    domain::EndAppointment,
    domain::DeleteAppointment,
    domain::RemoveParticipant,
    domain::UpdateParticipant,
    domain::JoinAppointment>;

template <class Person>
std::size_t text_bytes(const Person& person) {
    const auto& name = person.display_name;
    return person.unique_id.value().size() + (name ? name->value().size() : 0);
}

std::size_t bytes_of_new(const std::vector<domain::NewParticipant>& participants) {
    std::size_t bytes = 0;
    for (const auto& one : participants) bytes += kNewParticipantBytes + text_bytes(one);
    return bytes;
}

std::size_t count_participants(const domain::Details* details) {
    return details == nullptr ? 0 : details->participants->size();
}

std::optional<domain::Timestamp> start_of(const domain::Details* details) {
    return details == nullptr ? std::nullopt : std::optional(details->start);
}

}  // namespace

std::string AppointmentKind::subject_of(const Id& id, const Event&) {
    return std::string(kSubject) + id.to_string();
}

std::optional<AppointmentKind::Id>
AppointmentKind::read_id(const JsonReader& record, domain::OrganizationId, const Event&) {
    return record.parsed("subject", [](std::string_view text) {
        return parse_reference<Id>(text, kSubject);
    });
}

std::size_t AppointmentKind::bytes_of(const Command& command) {
    return std::visit(
        Overloaded{
            [](const domain::ScheduleAppointment& schedule) {
                return schedule.title.value().size() + bytes_of_new(schedule.participants);
            },
            [](const domain::UpdateAppointment& update) {
                return update.title ? update.title->value().size() : 0;
            },
            [](const domain::AddParticipants& add) { return bytes_of_new(add.participants); },
            [](const domain::RemoveParticipants& remove) {
                return kIdBytes * remove.participants.size();
            },
            []<Small Given>(const Given&) { return std::size_t{0}; }},
        command
    );
}

std::size_t AppointmentKind::bytes_of(const State& state) {
    const auto* const details = domain::details_of(state);
    if (details == nullptr) return 0;
    std::size_t bytes = kRowBytes + 2 * details->title.value().size();
    for (const auto& one : *details->participants) {
        bytes += kParticipantRowBytes + 2 * text_bytes(one);
    }
    return bytes;
}

std::size_t AppointmentKind::bytes_written(
    const State& before, const Event& event, const State& after
) {
    // Each event moves the appointment's entry in the list by change.
    constexpr std::size_t kMoved = 2 * kListEntryBytes;
    if (!domain::shows(event)) return kMoved;
    const auto* const old_details = domain::details_of(before);
    const auto* const new_details = domain::details_of(after);
    const std::size_t old_count = count_participants(old_details);
    const std::size_t new_count = count_participants(new_details);
    const auto [fewer, more] = std::minmax(old_count, new_count);
    // Lists are sorted by start: an appointment whose start changes moves in all of them. They know
    // its status, and another one in which everything moves that changes.
    const bool stays = start_of(old_details) == start_of(new_details);
    const bool same_status = before.index() == after.index();
    const std::size_t entries = !stays        ? 2 + old_count + new_count
                                : same_status ? more - fewer
                                              : 1 + more;
    return bytes_of(after) + kMoved + kListEntryBytes * entries;
}

}  // namespace consularia::ledger
