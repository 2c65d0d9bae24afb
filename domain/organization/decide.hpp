#pragma once
// The rules of an organization: one overload per pair of state and command.

#include "domain/organization/commands.hpp"
#include "domain/organization/events.hpp"
#include "domain/rejection.hpp"

#include <optional>

namespace consularia::domain {

/// The event that the command leads to, nothing if it changes nothing, or why it is refused.
[[nodiscard]] Result<std::optional<OrganizationEvent>> decide(
    const Organization& state, const OrganizationCommand& command, Timestamp now
);

}  // namespace consularia::domain
