#pragma once
// The kinds of aggregates: what commands are about and events happen to. This is the ledger's one
// list of them. A command, a record, a state and an answer hold one of these alternatives, and
// nothing else in the ledger names a kind, except that it looks up the tokens of organizations.

#include "ledger/record/appointment_kind.hpp"
#include "ledger/record/organization_kind.hpp"
#include "ledger/record/webhook_kind.hpp"

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>

namespace consularia::ledger {

/// An event of one aggregate of this kind.
template <class Kind>
struct RecordEventOf {
    typename Kind::Id id;
    domain::Version version = 0;  ///< 0 if the kind does not count its events.
    typename Kind::Event event;

    friend bool operator==(const RecordEventOf&, const RecordEventOf&) = default;
};

/// What a kind must have, in addition to `decide` and `evolve` in domain/ for these types.
template <class Kind>
concept AggregateKind = requires(
    const typename Kind::Id& id,
    const typename Kind::State& state,
    const typename Kind::Command& command,
    const typename Kind::Event& event,
    domain::OrganizationId organization,
    const JsonReader& record
) {
    // Whether records hold the aggregate's version: its count of events.
    { Kind::kVersioned } -> std::convertible_to<bool>;
    // Whether readers who do not know its events may skip them: its records have the mark then.
    { Kind::kSkippable } -> std::convertible_to<bool>;
    // The aggregate that the command is about.
    { Kind::target_of(command, organization) } -> std::same_as<typename Kind::Id>;

    // Every type that its events have, or had once; type_of() and write_data() write them.
    { Kind::event_types() } -> std::same_as<EventTypes<typename Kind::Event>>;
    // The record's `subject`, and the aggregate that a record with this event names by it.
    { Kind::subject_of(id, event) } -> std::same_as<std::string>;
    {
        Kind::read_id(record, organization, event)
        } -> std::same_as<std::optional<typename Kind::Id>>;

    // Approximately how many bytes a command adds to its record, the rows of a state have, and an
    // event makes the read models write: what they cost in the queue.
    { Kind::bytes_of(command) } -> std::same_as<std::size_t>;
    { Kind::bytes_of(state) } -> std::same_as<std::size_t>;
    { Kind::bytes_written(state, event, state) } -> std::same_as<std::size_t>;
};

template <AggregateKind... Kinds>
struct KindList {
    using Id = std::variant<typename Kinds::Id...>;
    using State = std::variant<typename Kinds::State...>;
    using Command = std::variant<typename Kinds::Command...>;
    using Event = std::variant<RecordEventOf<Kinds>...>;

    /// Calls `visit` with a std::type_identity of each kind.
    template <class Visit>
    static void for_each(const Visit& visit) {
        (visit(std::type_identity<Kinds>{}), ...);
    }
};

using Kinds = KindList<AppointmentKind, OrganizationKind, WebhookKind>;

using AggregateId = Kinds::Id;
using State = Kinds::State;
using Command = Kinds::Command;
using RecordEvent = Kinds::Event;

using AppointmentRecordEvent = RecordEventOf<AppointmentKind>;
using OrganizationRecordEvent = RecordEventOf<OrganizationKind>;
using WebhookRecordEvent = RecordEventOf<WebhookKind>;

namespace detail {

template <class Part, class List>
struct FindKind;

template <class Part, class First, class... Rest>
struct FindKind<Part, KindList<First, Rest...>>
    : std::conditional_t<
          std::same_as<Part, typename First::Id> || std::same_as<Part, typename First::State> ||
              std::same_as<Part, typename First::Command>,
          std::type_identity<First>,
          FindKind<Part, KindList<Rest...>>> {};

}  // namespace detail

/// The kind that has this id, state or command.
template <class Part>
using KindOf = typename detail::FindKind<Part, Kinds>::type;

/// The state of the aggregates with this id.
template <class Id>
using StateOf = typename KindOf<Id>::State;

}  // namespace consularia::ledger
