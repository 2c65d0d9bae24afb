#pragma once
// The `data` of an organization's events (docs/events.md).

#include "base/json_writer.hpp"
#include "domain/organization/organization.hpp"
#include "ledger/record/json_reader.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace consularia::ledger {

/// The type under which the event is written: version 2 only for a token with a scope that version
/// 1 does not know, so that older nodes can read all others.
[[nodiscard]] std::string_view type_of_organization_event(const domain::OrganizationEvent& event);

/// Writes the members of the data object, which is already open.
void write_data(JsonWriter& json, const domain::OrganizationEvent& event);

/// The event whose type is kOrganizationTypes[type]; empty when the reader has complained.
[[nodiscard]] std::optional<domain::OrganizationEvent> read_organization_event(
    std::size_t type, const JsonReader& data
);

}  // namespace consularia::ledger
