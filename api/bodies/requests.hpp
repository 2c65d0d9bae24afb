#pragma once
// Reads whole request bodies into drafts of commands; all fields are checked and reported together.

#include "api/bodies/fields.hpp"
#include "domain/appointment/events.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace consularia::api {

struct CreateBody {
    domain::Title title;
    domain::Timestamp start;
    domain::Duration duration;
    domain::Config config;
    std::vector<domain::NewParticipant> participants;  ///< Ids are still zero.
};

/// Duplicates within the request, and too many participants, are reported here too.
[[nodiscard]] Read<CreateBody> read_create(const Value& body);

struct UpdateBody {
    std::optional<domain::Title> title;
    std::optional<domain::Timestamp> start;
    std::optional<domain::Duration> duration;
    std::optional<domain::Config> config;
};

[[nodiscard]] Read<UpdateBody> read_update(const Value& body);

/// How many ids a request may remove: the answer may contain a sentence about each.
inline constexpr std::size_t kMaxRemovals = 10'000;

/// A list body whose items may be bad: `errors` has one entry per item, empty for a valid one. If
/// the list itself is invalid (not a list, null, too long), `list_error` is set and there are no
/// items.
struct AddBody {
    std::optional<Errors> list_error;
    std::vector<Errors> errors;                               ///< One per item.
    std::vector<std::optional<domain::UniqueId>> unique_ids;  ///< One per item, if readable.
    std::vector<domain::NewParticipant> participants;         ///< Only if no item is bad.

    [[nodiscard]] bool good() const;
};

/// Does not look for duplicates: they are found by comparison with the state, with
/// domain::find_duplicates.
[[nodiscard]] AddBody read_add(const Value& body);

struct RemoveBody {
    std::optional<Errors> list_error;
    std::vector<Errors> errors;                             ///< One per item.
    std::vector<std::optional<domain::ParticipantId>> ids;  ///< One per item, if readable.

    [[nodiscard]] bool good() const;
};

[[nodiscard]] RemoveBody read_remove(const Value& body);

struct ParticipantBody {
    std::optional<std::optional<domain::DisplayName>> display_name;
    std::optional<domain::Role> role;
};

[[nodiscard]] Read<ParticipantBody> read_participant_update(const Value& body);

[[nodiscard]] Read<domain::OrganizationName> read_organization_create(const Value& body);

struct TokenBody {
    domain::TokenName name;
    domain::Scopes scopes;
    std::optional<domain::Timestamp> expires_at;
};

/// An `expires_at` that is not after `now` is reported only together with other errors. Alone it is
/// left to the decision: the request may repeat one that was in time.
[[nodiscard]] Read<TokenBody> read_token_create(const Value& body, domain::Timestamp now);

}  // namespace consularia::api
