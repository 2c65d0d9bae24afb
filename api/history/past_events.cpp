#include "api/history/past_events.hpp"

#include "api/history/audit_query.hpp"
#include "api/history/changes.hpp"
#include "base/json_writer.hpp"
#include "base/overloaded.hpp"

#include <string_view>
#include <utility>
#include <variant>

namespace consularia::api {

namespace {

using projections::PastFact;

const ledger::AppointmentRecordEvent* appointment_event(const PastFact& fact) {
    return fact.event ? std::get_if<ledger::AppointmentRecordEvent>(&*fact.event) : nullptr;
}

std::optional<std::string> text_of(const std::optional<domain::UuidBytes>& id) {
    return id ? std::optional(domain::TokenId{*id}.to_string()) : std::nullopt;
}

void write_text(JsonWriter& json, std::string_view key, const std::optional<std::string>& text) {
    if (text) return json.text(key, *text);
    json.null(key);
}

}  // namespace

std::string PastEvents::render(const PastFact& fact, bool with_appointment) {
    const auto& [id, organization, sequence, prevhash, time, actor, request_id, idempotency] =
        fact.envelope;
    JsonWriter json;
    json.begin_object();
    json.number("sequence", static_cast<std::int64_t>(sequence));
    json.text("time", domain::format(time));
    json.text("type", fact.type);
    if (with_appointment) {
        const auto* const event = appointment_event(fact);
        write_text(
            json,
            "appointment",
            event != nullptr ? std::optional(event->id.to_string()) : std::nullopt
        );
    }
    json.begin_object("actor");
    json.text("kind", kind_of(actor));
    write_text(json, "id", text_of(id_of(actor)));
    write_text(json, "name", name_of(fact));
    json.end_object();
    write_text(json, "request_id", request_id.empty() ? std::nullopt : std::optional(request_id));
    json.name("changes");
    json.raw(changes_of(fact));
    json.end_object();
    return json.take();
}

std::optional<std::string> PastEvents::name_of(const PastFact& fact) {
    using Name = std::optional<std::string>;
    return std::visit(
        Overloaded{
            [](const ledger::AdminActor&) { return Name(); },
            [&](const ledger::TokenActor& of) {
                const auto token =
                    projections::find_issued_token(*snapshot_, organization_, of.token);
                return token ? Name(token->name.value()) : Name();
            },
            [&](const ledger::ParticipantActor& of) {
                const auto* const event = appointment_event(fact);
                if (event == nullptr) return Name();
                const auto* const details =
                    domain::details_of(state_after(event->id, fact.envelope.sequence));
                if (details == nullptr) return Name();
                const auto* const found = domain::find_participant(*details, of.participant);
                if (found == nullptr) return Name();
                return Name(
                    found->display_name ? found->display_name->value() : found->unique_id.value()
                );
            },
            [](const ledger::SystemActor& of) { return Name(of.name); },
        },
        fact.envelope.actor
    );
}

const domain::Appointment& PastEvents::state_after(
    domain::AppointmentId id, ledger::Sequence sequence
) {
    const auto change = projections::last_change(*snapshot_, organization_, id, sequence);
    if (!folded_ || folded_->id != id || folded_->change != change) {
        ++folds_;
        folded_ = Folded{
            id, change, projections::find_appointment_as_of(past(), organization_, id, change)};
    }
    return folded_->state;
}

std::string PastEvents::changes_of(const PastFact& fact) {
    if (!fact.event) return "[]";
    const auto* const event = appointment_event(fact);
    ChangedFrom from;
    if (event != nullptr) {
        from.status = [&]() -> std::optional<domain::Status> {
            const auto row =
                projections::find_event(*snapshot_, organization_, event->id, event->version);
            return row ? row->before : std::nullopt;
        };
        from.appointment = [&] { return state_after(event->id, fact.envelope.sequence - 1); };
    }
    from.token = [&](domain::TokenId token) {
        return projections::find_issued_token(*snapshot_, organization_, token);
    };
    return api::changes_of(*fact.event, from);
}

}  // namespace consularia::api
