#include "ledger/commands/command_cost.hpp"

#include "base/overloaded.hpp"

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

namespace consularia::ledger {

namespace {

// The bytes around the texts, measured on records and rows with ordinary values.
constexpr std::size_t kEnvelopeBytes = 600;
constexpr std::size_t kJoiningBytes = 120;
constexpr std::size_t kIdBytes = 40;
constexpr std::size_t kAppointmentRowBytes = 500;
constexpr std::size_t kParticipantRowBytes = 280;
constexpr std::size_t kTokenRowBytes = 100;
constexpr std::size_t kListEntryBytes = 400;  // with the ranks that it changes

template <class Person>
std::size_t text_bytes(const Person& person) {
    const auto& name = person.display_name;
    return person.unique_id.value().size() + (name ? name->value().size() : 0);
}

std::size_t bytes_of(const std::vector<domain::NewParticipant>& participants) {
    std::size_t bytes = 0;
    for (const auto& one : participants) bytes += kJoiningBytes + text_bytes(one);
    return bytes;
}

std::size_t payload_bytes(const domain::AppointmentCommand& command) {
    return std::visit(
        Overloaded{
            [](const domain::ScheduleAppointment& schedule) {
                return schedule.title.value().size() + bytes_of(schedule.participants);
            },
            [](const domain::UpdateAppointment& update) {
                return update.title ? update.title->value().size() : 0;
            },
            [](const domain::AddParticipants& add) { return bytes_of(add.participants); },
            [](const domain::RemoveParticipants& remove) {
                return kIdBytes * remove.participants.size();
            },
            [](const auto&) { return std::size_t{0}; }},
        command
    );
}

}  // namespace

std::size_t estimate_bytes(const Submission& submission) {
    std::size_t bytes = kEnvelopeBytes + submission.request.shown.size();
    if (submission.idempotency) bytes += submission.idempotency->key.size();
    if (const auto* command = std::get_if<domain::AppointmentCommand>(&submission.command)) {
        bytes += payload_bytes(*command);
    }
    return bytes;
}

Extent extent_of(const domain::Appointment& appointment) {
    const auto* details = domain::details_of(appointment);
    if (details == nullptr) return {};
    std::size_t bytes = kAppointmentRowBytes + 2 * details->title.value().size();
    for (const auto& one : *details->participants) {
        bytes += kParticipantRowBytes + 2 * text_bytes(one);
    }
    return {bytes, details->participants->size(), details->start};
}

std::size_t written_bytes(const Extent& before, const Extent& after) {
    const auto [fewer, more] = std::minmax(before.participants, after.participants);
    // Lists are sorted by start: an appointment whose start changes moves in all of them.
    const std::size_t entries =
        before.start == after.start ? more - fewer : 2 + before.participants + after.participants;
    return after.row_bytes + kListEntryBytes * entries;
}

std::size_t row_bytes(const domain::Organization& organization) {
    const auto* registered = std::get_if<domain::Registered>(&organization);
    if (registered == nullptr) return 0;
    std::size_t bytes = registered->name.value().size();
    for (const auto& token : registered->tokens) {
        bytes += kTokenRowBytes + token.grant.name.value().size();
    }
    return bytes;
}

}  // namespace consularia::ledger
