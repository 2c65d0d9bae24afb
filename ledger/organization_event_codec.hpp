#pragma once
// The `data` of an organization's events (docs/events.md).

#include "domain/organization/organization.hpp"
#include "ledger/json_reader.hpp"
#include "ledger/json_writer.hpp"

#include <cstddef>
#include <optional>

namespace consularia::ledger {

/// Writes the members of the data object, which is open.
void write_data(JsonWriter& json, const domain::OrganizationEvent& event);

/// The event whose type is kOrganizationTypes[type]; empty when the reader has complained.
[[nodiscard]] std::optional<domain::OrganizationEvent> read_organization_event(
    std::size_t type, const JsonReader& data
);

}  // namespace consularia::ledger
