#pragma once
// Organizations as a kind of aggregate: see AggregateKind in ledger/record/aggregates.hpp.

#include "domain/organization/commands.hpp"
#include "domain/organization/decide.hpp"
#include "domain/organization/evolve.hpp"
#include "ledger/record/organization_event_codec.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace consularia::ledger {

/// An organization's records are about itself, or about one of its tokens.
struct OrganizationKind {
    using Id = domain::OrganizationId;
    using State = domain::Organization;
    using Command = domain::OrganizationCommand;
    using Event = domain::OrganizationEvent;

    static constexpr bool kVersioned = false;
    static constexpr bool kSkippable = false;

    static Id target_of(const Command&, domain::OrganizationId organization) {
        return organization;
    }

    static EventTypes<Event> event_types() { return organization_event_types(); }

    static std::string subject_of(const Id& id, const Event& event);
    static std::optional<Id> read_id(
        const JsonReader& record, domain::OrganizationId organization, const Event& event
    );

    static std::size_t bytes_of(const Command&) { return 0; }

    static std::size_t bytes_of(const State& state);

    static std::size_t bytes_written(const State&, const Event&, const State& after) {
        return bytes_of(after);
    }
};

}  // namespace consularia::ledger
