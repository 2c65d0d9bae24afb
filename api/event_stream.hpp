#pragma once
// Events as a stream (the HTML standard's server-sent events; docs/api.md, Events).

#include "api/call.hpp"
#include "api/feed_query.hpp"
#include "api/follower.hpp"

#include <memory>

namespace consularia::api {

/// Sends the selected facts after query.after and goes on with what comes. Ends when the token is
/// not valid any more, or this node may not have the newest data.
[[nodiscard]] Response open_stream(
    CallPtr call, const FeedQuery& query, std::shared_ptr<Follower> follower
);

}  // namespace consularia::api
