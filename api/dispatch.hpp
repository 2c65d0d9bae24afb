#pragma once
// Takes every request to its handler, with all checks in the order that docs/api.md documents.

#include "api/request.hpp"
#include "api/service.hpp"
#include "api/step.hpp"

namespace consularia::api {

/// The first step of a request. `service`, `request` and `trace` outlive all steps.
[[nodiscard]] Step dispatch(const Service& service, const Request& request, Trace& trace);

}  // namespace consularia::api
