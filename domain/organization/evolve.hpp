#pragma once
// How an event changes an organization.

#include "domain/organization/events.hpp"
#include "domain/transition.hpp"

#include <tl/expected.hpp>

namespace consularia::domain {

/// As for appointments: never aborts, whatever the log contains.
[[nodiscard]] tl::expected<Organization, ImpossibleTransition> evolve(
    Organization state,
    const OrganizationEvent& event,
    const OccurrenceOf<OrganizationId>& occurrence
);

}  // namespace consularia::domain
