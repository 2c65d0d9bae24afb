#pragma once
// Which version of an event may hold a scope, a feature, a role or a status: versions differ in
// nothing else so far. A version, once stored, is never extended, since an older node or another
// program that reads it would not know what was added. So a new scope, feature, role or status
// needs a new version of the events that hold it: new names and readers in the codecs, golden files
// and docs/events.md.

#include "base/enum_names.hpp"
#include "domain/appointment/appointment.hpp"
#include "domain/organization/scopes.hpp"
#include "domain/webhook/webhook.hpp"
#include "ledger/record/event_types.hpp"

#include <concepts>
#include <tuple>

namespace consularia::ledger {

/// The first version that may hold it.
[[nodiscard]] constexpr EventVersion version_with(domain::Scope scope) {
    switch (scope) {
        case domain::Scope::read:
        case domain::Scope::write:
        case domain::Scope::audit:
            return 1;
        case domain::Scope::events:
        case domain::Scope::webhooks:
            return 2;
    }
    unknown_enumerator();
}

[[nodiscard]] constexpr EventVersion version_with(domain::Feature feature) {
    switch (feature) {
        case domain::Feature::breakout_rooms:
        case domain::Feature::whiteboard:
        case domain::Feature::chat:
        case domain::Feature::join_screen:
        case domain::Feature::screenshare:
        case domain::Feature::raise_hand:
            return 1;
    }
    unknown_enumerator();
}

[[nodiscard]] constexpr EventVersion version_with(domain::Role role) {
    switch (role) {
        case domain::Role::moderator:
        case domain::Role::participant:
            return 1;
    }
    unknown_enumerator();
}

[[nodiscard]] constexpr EventVersion version_with(domain::Status status) {
    switch (status) {
        case domain::Status::scheduled:
        case domain::Status::active:
        case domain::Status::completed:
        case domain::Status::missed:
            return 1;
    }
    unknown_enumerator();
}

[[nodiscard]] constexpr EventVersion version_with(domain::WebhookPayload payload) {
    switch (payload) {
        case domain::WebhookPayload::full:
        case domain::WebhookPayload::thin:
            return 1;
    }
    unknown_enumerator();
}

[[nodiscard]] constexpr EventVersion version_with(domain::WebhookStatus status) {
    switch (status) {
        case domain::WebhookStatus::active:
        case domain::WebhookStatus::inactive:
        case domain::WebhookStatus::gone:
            return 1;
    }
    unknown_enumerator();
}

/// All that has versions: a part of what a binary reads (vocabulary.hpp). Only these can be parsed.
using Versioned = std::tuple<
    domain::Scope,
    domain::Feature,
    domain::Role,
    domain::Status,
    domain::WebhookPayload,
    domain::WebhookStatus>;

namespace detail {

template <class T, class List>
inline constexpr bool kIsIn = false;
template <class T, class... Ts>
inline constexpr bool kIsIn<T, std::tuple<Ts...>> = (std::same_as<T, Ts> || ...);

}  // namespace detail

/// The enumerator of this name, if the version may hold it.
template <class Enum>
requires detail::kIsIn<Enum, Versioned>

[[nodiscard]] constexpr std::optional<Enum> parse_name_in(
    EventVersion version, std::string_view name
) {
    const auto value = parse_name<Enum>(name);
    return value && version_with(*value) <= version ? value : std::nullopt;
}

}  // namespace consularia::ledger
