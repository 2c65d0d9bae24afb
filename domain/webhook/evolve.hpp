#pragma once
// How an event changes an organization's webhooks.

#include "domain/transition.hpp"
#include "domain/webhook/events.hpp"

#include <tl/expected.hpp>

namespace consularia::domain {

/// As for appointments: never aborts, whatever the log contains.
[[nodiscard]] tl::expected<Webhooks, ImpossibleTransition> evolve(
    Webhooks state, const WebhookEvent& event, const OccurrenceOf<WebhooksId>& occurrence
);

}  // namespace consularia::domain
