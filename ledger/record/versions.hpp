#pragma once
// Which version of an event may hold an enumerator (domain/stored.hpp): versions differ in nothing
// else so far.

#include "base/enum_names.hpp"
#include "domain/appointment/appointment.hpp"
#include "domain/organization/scopes.hpp"
#include "domain/webhook/webhook.hpp"
#include "ledger/record/event_types.hpp"

#include <concepts>
#include <tuple>

namespace consularia::ledger {

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
    return value && stored_as(*value).since <= version ? value : std::nullopt;
}

}  // namespace consularia::ledger
