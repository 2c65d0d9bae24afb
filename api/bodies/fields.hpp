#pragma once
// Reads single fields into domain types, or reports what is wrong with them, as Django REST
// framework 3.16 would (docs/api.md, How values are read). All take the value as sent; null and
// type are checked first.

#include "api/bodies/errors.hpp"
#include "api/bodies/value.hpp"
#include "domain/appointment/appointment.hpp"
#include "domain/organization/scopes.hpp"
#include "domain/text.hpp"
#include "domain/time.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace consularia::api {

template <class T>
using Read = tl::expected<T, Errors>;

/// A word that means true or false; empty for any other.
[[nodiscard]] std::optional<bool> parse_bool(std::string_view text);

[[nodiscard]] Read<domain::Title> read_title(const Value& value);
[[nodiscard]] Read<domain::UniqueId> read_unique_id(const Value& value);
/// Blank is allowed, null is not.
[[nodiscard]] Read<domain::DisplayName> read_display_name(const Value& value);
/// Blank and null are allowed.
[[nodiscard]] Read<std::optional<domain::DisplayName>> read_display_name_or_null(const Value& value
);
[[nodiscard]] Read<domain::OrganizationName> read_organization_name(const Value& value);
[[nodiscard]] Read<domain::TokenName> read_token_name(const Value& value);
[[nodiscard]] Read<domain::Duration> read_duration(const Value& value);
[[nodiscard]] Read<domain::Timestamp> read_datetime(const Value& value);
[[nodiscard]] Read<domain::Role> read_role(const Value& value);
/// Null is an empty config.
[[nodiscard]] Read<domain::Config> read_config(const Value& value);
[[nodiscard]] Read<domain::ParticipantId> read_participant_id(const Value& value);
/// A non-empty list of names of scopes.
[[nodiscard]] Read<domain::Scopes> read_scopes(const Value& value);
[[nodiscard]] Read<bool> read_boolean(const Value& value);
/// An integer of at least 0; the largest one that is read for a larger one.
[[nodiscard]] Read<std::uint64_t> read_sequence(const Value& value);
/// The text of a string or number, without white space around it; blank is refused.
[[nodiscard]] Read<std::string> read_word(const Value& value);
/// Blank is allowed, null is not.
[[nodiscard]] Read<domain::WebhookDescription> read_webhook_description(const Value& value);

}  // namespace consularia::api
