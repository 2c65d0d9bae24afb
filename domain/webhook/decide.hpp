#pragma once
// The rules of webhooks: one overload per command.

#include "domain/rejection.hpp"
#include "domain/webhook/commands.hpp"
#include "domain/webhook/events.hpp"

#include <optional>

namespace consularia::domain {

/// The event that the command leads to, nothing if it changes nothing, or why it is refused.
[[nodiscard]] Result<std::optional<WebhookEvent>> decide(
    const Webhooks& state, const WebhookCommand& command, Timestamp now
);

}  // namespace consularia::domain
