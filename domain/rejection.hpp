#pragma once
// Why a command is refused. Plain values; api/ turns them into statuses and sentences.

#include <tl/expected.hpp>

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace consularia::domain {

/// It does not exist, or not for this organization.
struct NotFound {
    std::string_view what;  ///< The kind of thing, by its name in the API: "Appointment".
    friend bool operator==(const NotFound&, const NotFound&) = default;
};

enum class ItemError { duplicate_unique_id, unknown_participant };

/// Items of a list that do not fit the state: one entry per item, empty for a valid one.
struct BadItems {
    std::vector<std::optional<ItemError>> items;
    friend bool operator==(const BadItems&, const BadItems&) = default;
};

/// The appointment would have more than limits::kParticipants.
struct TooManyParticipants {
    friend bool operator==(const TooManyParticipants&, const TooManyParticipants&) = default;
};

/// The organization would have more than limits::kTokens.
struct TooManyTokens {
    friend bool operator==(const TooManyTokens&, const TooManyTokens&) = default;
};

/// The organization would have more than limits::kWebhooks.
struct TooManyWebhooks {
    friend bool operator==(const TooManyWebhooks&, const TooManyWebhooks&) = default;
};

/// The token would have expired before it was issued.
struct ExpiresInThePast {
    friend bool operator==(const ExpiresInThePast&, const ExpiresInThePast&) = default;
};

/// The resource does not have the version that the caller expects.
struct VersionMismatch {
    friend bool operator==(const VersionMismatch&, const VersionMismatch&) = default;
};

enum class Conflict {
    completed_cannot_be_started,
    only_active_can_be_completed,
    active_cannot_be_updated,
    completed_cannot_be_updated,
    participants_of_completed_cannot_change,
    joining_is_not_open_yet,
    appointment_has_ended,
    already_exists,
    format_is_too_old,  ///< New records have a format that has no such event.
};

using Rejection = std::variant<
    NotFound,
    BadItems,
    TooManyParticipants,
    TooManyTokens,
    TooManyWebhooks,
    ExpiresInThePast,
    VersionMismatch,
    Conflict>;

template <class T>
using Result = tl::expected<T, Rejection>;

}  // namespace consularia::domain
