#pragma once
// Takes every request to its handler, with all checks in the documented order.

#include "api/request.hpp"
#include "api/service.hpp"
#include "api/step.hpp"

namespace consularia::api {

/// The first step of a request. `service`, `request` and `trace` outlive all steps. Order of checks
/// (docs/api.md): unknown path, authentication, method, Accept, scope, body, Idempotency-Key, then
/// the handler's own checks.
[[nodiscard]] Step dispatch(const Service& service, const Request& request, Trace& trace);

}  // namespace consularia::api
