#pragma once
// The members of `data` that an appointment's events share, and that changes have in both `old` and
// `new`.

#include "base/json_writer.hpp"
#include "domain/appointment/events.hpp"
#include "ledger/record/json_reader.hpp"

#include <optional>
#include <vector>

namespace consularia::ledger {

void write_config(JsonWriter& json, const domain::Config& config);
/// Includes the enclosing object `private`.
void write_title(JsonWriter& json, const domain::Title& title);
void write_display_name(JsonWriter& json, const std::optional<domain::DisplayName>& name);
void write_participants(JsonWriter& json, const std::vector<domain::NewParticipant>& participants);

// Each reads one member of the object; empty when the reader has complained.

[[nodiscard]] std::optional<domain::Timestamp> read_start(const JsonReader& in);
[[nodiscard]] std::optional<domain::Duration> read_duration(const JsonReader& in);
/// A feature that this version does not know cannot be ignored: it would be lost.
[[nodiscard]] std::optional<domain::Config> read_config(const JsonReader& in);
[[nodiscard]] std::optional<domain::Status> read_status(const JsonReader& in);
[[nodiscard]] std::optional<domain::Role> read_role(const JsonReader& in);
/// Reads from inside `private`.
[[nodiscard]] std::optional<domain::Title> read_title(const JsonReader& in);
/// Reads from inside `person`. Outer empty: unreadable; inner empty: null.
[[nodiscard]] std::optional<std::optional<domain::DisplayName>> read_display_name(
    const JsonReader& in
);
[[nodiscard]] std::optional<std::vector<domain::NewParticipant>> read_participants(
    const JsonReader& in
);

}  // namespace consularia::ledger
