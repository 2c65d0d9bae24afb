#pragma once
// The answer to a GET of an organization's list: its ETag, and whether it has to be made.

#include "api/call.hpp"

namespace consularia::api {

/// `make`'s answer with an ETag, or the same one from before, or a 304. `make` may depend on the
/// organization's data, on the request's URL, and on nothing else. Precondition: the caller is a
/// member.
[[nodiscard]] Response answer_list(const Call& call, Response (*make)(const Call&));

}  // namespace consularia::api
