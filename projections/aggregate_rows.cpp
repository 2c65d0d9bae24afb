#include "projections/aggregate_rows.hpp"

#include "base/overloaded.hpp"
#include "projections/organization_rows.hpp"
#include "projections/webhook_rows.hpp"
#include "projections/webhooks.hpp"

#include <utility>
#include <variant>

namespace consularia::projections {
namespace {

using ledger::AppointmentRecordEvent;
using ledger::OrganizationRecordEvent;
using ledger::Wanted;
using ledger::WebhookRecordEvent;
using Applied = AggregateRows::Applied;

/// The bytes of a state right after an event that it does not share with the state before.
std::size_t bytes_apart(const domain::Appointment& state, const domain::AppointmentEvent& event) {
    const auto* const details = domain::details_of(state);
    if (details == nullptr) return 0;
    const bool joined = std::holds_alternative<domain::ParticipantJoined>(event);
    return joined ? details->joins->size() * sizeof(domain::LastJoin)
                  : details->participants->size() * sizeof(domain::Participant) * 2;
}

Applied apply_to_appointment(
    TouchedAppointments& appointments,
    const ledger::Record& record,
    const AppointmentRecordEvent& fact,
    std::size_t record_bytes,
    Wanted wanted
) {
    const auto state = appointments.apply(record, fact, record_bytes);
    if (!state) return tl::unexpected(state.error());
    Aftermath after;
    if (wanted >= Wanted::state) {
        after.state = **state;
        after.bytes = bytes_apart(**state, fact.event);
    }
    if (wanted >= Wanted::rendering) {
        const auto& json = appointments.document({record.organization, fact.id});
        if (!json.empty()) after.rendering = json;
        after.bytes += json.size();
    }
    return after;
}

/// For a kind that has no rendering and shares no memory.
template <class State>
Applied show(tl::expected<State, domain::ImpossibleTransition> state, Wanted wanted) {
    if (!state) return tl::unexpected(state.error());
    Aftermath after;
    if (wanted >= Wanted::state) {
        after.bytes = ledger::KindOf<State>::bytes_of(*state);
        after.state = *std::move(state);
    }
    return after;
}

}  // namespace

ledger::State read_state(
    const Reader& reader,
    RecentAppointments& recent,
    domain::OrganizationId organization,
    const ledger::AggregateId& id
) {
    return std::visit(
        Overloaded{
            [&](const domain::AppointmentId& appointment) -> ledger::State {
                return read_appointment(reader, recent, {organization, appointment}).state;
            },
            [&](const domain::OrganizationId& itself) -> ledger::State {
                return find_organization(reader, itself);
            },
            [&](const domain::WebhooksId&) -> ledger::State {
                return find_webhooks(reader, organization);
            },
        },
        id
    );
}

Wanted most_wanted(const ledger::Command& command) {
    return std::visit(
        Overloaded{
            [](const domain::AppointmentCommand&) { return Wanted::rendering; },
            [](const domain::OrganizationCommand&) { return Wanted::verdict; },
            [](const domain::WebhookCommand&) { return Wanted::state; },
        },
        command
    );
}

std::optional<ledger::State> read_state_as_of(
    const Past& past,
    domain::OrganizationId organization,
    ledger::Sequence sequence,
    const ledger::RecordEvent& event
) {
    return std::visit(
        Overloaded{
            [&](const AppointmentRecordEvent& fact) -> std::optional<ledger::State> {
                return find_appointment_as_of(past, organization, fact.id, sequence);
            },
            [](const OrganizationRecordEvent&) -> std::optional<ledger::State> {
                return std::nullopt;
            },
            [&](const WebhookRecordEvent&) -> std::optional<ledger::State> {
                // A deletion leaves nothing to show.
                return find_webhook_as_of(past.reader, organization, sequence)
                    .value_or(domain::Webhooks{});
            },
        },
        event
    );
}

std::string* json_in(ledger::Rendering& rendering) {
    return std::any_cast<std::string>(&rendering);
}

Applied AggregateRows::apply(
    const ledger::Record& record, std::size_t record_bytes, Wanted wanted
) {
    // An organization's first fact is its creation: nothing can happen in it before.
    const bool of_organization = std::holds_alternative<OrganizationRecordEvent>(record.event);
    if (record.sequence == 1 && !of_organization) {
        return tl::unexpected(domain::ImpossibleTransition{});
    }
    return std::visit(
        Overloaded{
            [&](const AppointmentRecordEvent& fact) {
                return apply_to_appointment(appointments_, record, fact, record_bytes, wanted);
            },
            [&](const OrganizationRecordEvent& fact) {
                const bool creation =
                    std::holds_alternative<domain::OrganizationCreated>(fact.event);
                if (creation && !creating_.owns_lock()) creating_.lock();
                return show(apply_to_organization(writes_, record, fact), wanted);
            },
            [&](const WebhookRecordEvent& fact) {
                return show(apply_to_webhooks(writes_, record, fact), wanted);
            },
        },
        record.event
    );
}

}  // namespace consularia::projections
