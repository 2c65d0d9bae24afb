#pragma once
// The limits of what organizations, appointments and requests hold, each of two kinds:
//
//     stored    A part of the format: what codecs, rows and evolve take. It is only ever raised,
//               since the ledger may hold whatever was below it.
//     accepted  What decide and the API take today. It may be lowered, and raised up to `stored`.
//
// So whatever is accepted can be read again, and a lower limit concerns new requests only.
// tests/limits runs with lower ones.

#include <array>
#include <cstddef>

namespace consularia::domain::limits {

struct Limit {
    std::size_t stored;
    std::size_t accepted;
};

/// Does not compile if more is accepted than can be read again.
[[nodiscard]] consteval Limit at_most(Limit limit) {
    if (limit.accepted > limit.stored) throw "more would be accepted than can be stored";
    return limit;
}

/// For a smallest value, which is only ever lowered.
[[nodiscard]] consteval Limit at_least(Limit limit) {
    if (limit.accepted < limit.stored) throw "less would be accepted than can be stored";
    return limit;
}

// Code points of texts.
inline constexpr Limit kTitle = at_most({.stored = 255, .accepted = 255});
inline constexpr Limit kUniqueId = at_most({.stored = 255, .accepted = 255});
inline constexpr Limit kDisplayName = at_most({.stored = 60, .accepted = 60});
inline constexpr Limit kOrganizationName = at_most({.stored = 255, .accepted = 255});
inline constexpr Limit kTokenName = at_most({.stored = 255, .accepted = 255});
inline constexpr Limit kWebhookDescription = at_most({.stored = 255, .accepted = 255});
inline constexpr Limit kEventTypeName = at_most({.stored = 100, .accepted = 100});

// Minutes of an appointment.
inline constexpr Limit kShortest = at_least({.stored = 15, .accepted = 15});
inline constexpr Limit kLongest = at_most({.stored = 720, .accepted = 720});

/// Participants of an appointment.
inline constexpr Limit kParticipants = at_most({.stored = 1000, .accepted = 1000});
/// Unexpired tokens of an organization.
inline constexpr Limit kTokens = at_most({.stored = 100, .accepted = 100});

/// Webhooks of an organization.
inline constexpr Limit kWebhooks = at_most({.stored = 20, .accepted = 20});
/// Types of events that a webhook chooses.
inline constexpr Limit kWebhookTypes = at_most({.stored = 50, .accepted = 50});

// Visible ASCII characters.
inline constexpr Limit kWebhookUrl = at_most({.stored = 2048, .accepted = 2048});
inline constexpr Limit kIdempotencyKey = at_most({.stored = 255, .accepted = 255});
inline constexpr Limit kRequestId = at_most({.stored = 128, .accepted = 128});
/// The name of a part of the system that acts, e.g. "deadlines".
inline constexpr Limit kSystemName = at_most({.stored = 128, .accepted = 128});

/// All of the above: what is stored is a part of what a binary reads
/// (ledger/record/vocabulary.hpp).
inline constexpr std::array kAll{
    kTitle,
    kUniqueId,
    kDisplayName,
    kOrganizationName,
    kTokenName,
    kShortest,
    kLongest,
    kParticipants,
    kTokens,
    kIdempotencyKey,
    kRequestId,
    kSystemName,
    kWebhookDescription,
    kEventTypeName,
    kWebhooks,
    kWebhookTypes,
    kWebhookUrl};

}  // namespace consularia::domain::limits
