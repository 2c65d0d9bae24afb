#pragma once
// The `data` of an organization's events (docs/events.md).

#include "base/json_writer.hpp"
#include "domain/organization/events.hpp"
#include "ledger/record/event_types.hpp"

#include <string_view>

namespace consularia::ledger {

/// Every type that these events have, or had once.
[[nodiscard]] EventTypes<domain::OrganizationEvent> organization_event_types();

/// The name of the type under which the event is written: the oldest version that can hold it, so
/// that older nodes can read all others.
[[nodiscard]] std::string_view type_of(const domain::OrganizationEvent& event);

/// Writes the members of the data object, which is already open.
void write_data(JsonWriter& json, const domain::OrganizationEvent& event);

}  // namespace consularia::ledger
