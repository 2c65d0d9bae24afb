#pragma once
// Webhooks as a kind of aggregate: see AggregateKind in ledger/record/aggregates.hpp.

#include "domain/webhook/commands.hpp"
#include "domain/webhook/decide.hpp"
#include "domain/webhook/evolve.hpp"
#include "ledger/record/webhook_event_codec.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace consularia::ledger {

/// All webhooks of an organization are one aggregate; its records are about one of them.
struct WebhookKind {
    using Id = domain::WebhooksId;
    using State = domain::Webhooks;
    using Command = domain::WebhookCommand;
    using Event = domain::WebhookEvent;

    static constexpr bool kVersioned = false;
    static constexpr bool kSkippable = true;

    static Id target_of(const Command&, domain::OrganizationId organization) {
        return {organization.bytes};
    }

    static EventTypes<Event> event_types() { return webhook_event_types(); }

    static std::string subject_of(const Id&, const Event& event);
    static std::optional<Id> read_id(
        const JsonReader& record, domain::OrganizationId organization, const Event& event
    );

    static std::size_t bytes_of(const Command& command);
    static std::size_t bytes_of(const State& state);

    static std::size_t bytes_written(const State&, const Event&, const State& after) {
        return bytes_of(after);
    }
};

}  // namespace consularia::ledger
