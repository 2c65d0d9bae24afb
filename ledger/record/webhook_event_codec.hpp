#pragma once
// The `data` of webhooks' events (docs/events.md).

#include "base/json_writer.hpp"
#include "domain/webhook/events.hpp"
#include "ledger/record/event_types.hpp"

#include <string_view>

namespace consularia::ledger {

/// Every type that these events have, or had once.
[[nodiscard]] EventTypes<domain::WebhookEvent> webhook_event_types();

/// The name of the type under which the event is written.
[[nodiscard]] std::string_view type_of(const domain::WebhookEvent& event);

/// Writes the members of the data object, which is already open.
void write_data(JsonWriter& json, const domain::WebhookEvent& event);

}  // namespace consularia::ledger
