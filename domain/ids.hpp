#pragma once
// Identities: 128-bit UUIDs (RFC 9562), with a type for each kind of thing that has one.

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace consularia::domain {

/// The 16 bytes of a UUID, in the order in which it is printed.
using UuidBytes = std::array<std::uint8_t, 16>;

/// Reads 8-4-4-4-12 hex digits or 32 hex digits without hyphens, in either case; nothing else
/// (no braces, no "urn:"). Source: docs/api.md, Paths.
[[nodiscard]] std::optional<UuidBytes> parse_uuid(std::string_view text);

/// 36 characters: lower case with hyphens.
[[nodiscard]] std::string format_uuid(const UuidBytes& bytes);

/// 32 characters: lower case without hyphens.
[[nodiscard]] std::string format_uuid_bare(const UuidBytes& bytes);

/// A UUID that identifies one kind of thing. Compares bytewise, so version 7 ids sort by creation.
template <class Tag>
struct Id {
    UuidBytes bytes{};

    [[nodiscard]] static std::optional<Id> parse(std::string_view text) {
        const auto found = parse_uuid(text);
        return found ? std::optional<Id>(Id{*found}) : std::nullopt;
    }

    [[nodiscard]] std::string to_string() const { return format_uuid(bytes); }

    friend auto operator<=>(const Id&, const Id&) = default;
};

using OrganizationId = Id<struct OrganizationTag>;
using TokenId = Id<struct TokenTag>;
using AppointmentId = Id<struct AppointmentTag>;
using ParticipantId = Id<struct ParticipantTag>;
using EventId = Id<struct EventTag>;
using WebhookId = Id<struct WebhookTag>;
/// All webhooks of an organization: the same bytes as the organization's id.
using WebhooksId = Id<struct WebhooksTag>;

}  // namespace consularia::domain

template <class Tag>
struct std::hash<consularia::domain::Id<Tag>> {
    std::size_t operator()(const consularia::domain::Id<Tag>& id) const noexcept {
        return std::hash<std::string_view>{}(
            {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()}
        );
    }
};
