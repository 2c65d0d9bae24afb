#pragma once
// The bytes that stand for enumerators in rows. A row may be older than the binary that reads it:
// no byte is ever changed or used again, whatever the order of the enumerators is.

#include "base/enum_names.hpp"
#include "domain/appointment/appointment.hpp"
#include "domain/organization/scopes.hpp"
#include "domain/webhook/webhook.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace consularia::projections {

/// In the place of a status: there is no appointment.
inline constexpr std::uint8_t kAbsentByte = 4;

[[nodiscard]] constexpr std::uint8_t byte_of(domain::Status status) {
    switch (status) {
        case domain::Status::scheduled:
            return 0;
        case domain::Status::active:
            return 1;
        case domain::Status::completed:
            return 2;
        case domain::Status::missed:
            return 3;
    }
    unknown_enumerator();
}

[[nodiscard]] constexpr std::uint8_t byte_of(domain::Role role) {
    switch (role) {
        case domain::Role::moderator:
            return 0;
        case domain::Role::participant:
            return 1;
    }
    unknown_enumerator();
}

[[nodiscard]] constexpr std::uint8_t byte_of(domain::Feature feature) {
    switch (feature) {
        case domain::Feature::breakout_rooms:
            return 0;
        case domain::Feature::whiteboard:
            return 1;
        case domain::Feature::chat:
            return 2;
        case domain::Feature::join_screen:
            return 3;
        case domain::Feature::screenshare:
            return 4;
        case domain::Feature::raise_hand:
            return 5;
    }
    unknown_enumerator();
}

/// The number of its bit in the byte of a set.
[[nodiscard]] constexpr std::uint8_t byte_of(domain::Scope scope) {
    switch (scope) {
        case domain::Scope::read:
            return 0;
        case domain::Scope::write:
            return 1;
        case domain::Scope::audit:
            return 2;
        case domain::Scope::events:
            return 3;
        case domain::Scope::webhooks:
            return 4;
    }
    unknown_enumerator();
}

[[nodiscard]] constexpr std::uint8_t byte_of(domain::WebhookPayload payload) {
    switch (payload) {
        case domain::WebhookPayload::full:
            return 0;
        case domain::WebhookPayload::thin:
            return 1;
    }
    unknown_enumerator();
}

[[nodiscard]] constexpr std::uint8_t byte_of(domain::WebhookStatus status) {
    switch (status) {
        case domain::WebhookStatus::active:
            return 0;
        case domain::WebhookStatus::inactive:
            return 1;
        case domain::WebhookStatus::gone:
            return 2;
    }
    unknown_enumerator();
}

/// The enumerator that this byte stands for.
template <class Enum>
[[nodiscard]] constexpr std::optional<Enum> with_byte(std::uint8_t byte) {
    for (const Enum value : kAllOf<Enum>) {
        if (byte_of(value) == byte) return value;
    }
    return std::nullopt;
}

namespace detail {

/// Whether no two enumerators share a byte.
template <class Enum>
[[nodiscard]] consteval bool bytes_differ() {
    for (const Enum value : kAllOf<Enum>) {
        if (with_byte<Enum>(byte_of(value)) != value) return false;
    }
    return true;
}

[[nodiscard]] consteval bool scopes_fit_a_byte() {
    for (const auto scope : kAllOf<domain::Scope>) {
        if (byte_of(scope) >= 8) return false;
    }
    return true;
}

}  // namespace detail

static_assert(detail::bytes_differ<domain::Status>() && !with_byte<domain::Status>(kAbsentByte));
static_assert(detail::bytes_differ<domain::Role>());
static_assert(detail::bytes_differ<domain::Feature>());
static_assert(detail::bytes_differ<domain::WebhookPayload>());
static_assert(detail::bytes_differ<domain::WebhookStatus>());
static_assert(detail::bytes_differ<domain::Scope>() && detail::scopes_fit_a_byte());

}  // namespace consularia::projections
