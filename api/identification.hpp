#pragma once
// Who sends a request: the admin, a member of an organization, or somebody without credentials:
// 401.

#include "api/call.hpp"
#include "api/routes.hpp"

namespace consularia::api {

/// What follows once the caller is known.
using Identified = Step (*)(CallPtr call, const Resource& resource);

[[nodiscard]] Step identify(CallPtr call, const Resource& resource, Identified then);

/// The step, except that nothing is refused to a caller who is known only from this node's copy as
/// it was: a token that is not valid any more comes first.
[[nodiscard]] Step confirmed(const CallPtr& call, Step step);

}  // namespace consularia::api
