#pragma once
// A call that waits for facts of its organization.

#include "api/alarm.hpp"
#include "api/call.hpp"
#include "api/followers.hpp"
#include "journal/watches.hpp"

#include <memory>
#include <optional>

namespace consularia::api {

/// While it exists the alarm rings when the organization has new facts.
struct Follower {
    Followers::Place place;
    std::shared_ptr<Alarm> alarm;
    journal::Watches::Watch watch;
};

/// Null if there are too many followers. Precondition: the caller is a member.
[[nodiscard]] std::shared_ptr<Follower> follow(const Call& call);

[[nodiscard]] Failure too_many_followers();

/// Why the member must not see facts in the call's present state: the organization is frozen, and a
/// fact that this version did not apply may have changed what the token permits.
[[nodiscard]] std::optional<Failure> find_lost_token(const Call& call);

/// Takes the present state after the call has waited, or before it does; the failure if the token
/// does not permit to see facts any more.
[[nodiscard]] std::optional<Failure> look_again(Call& call);

}  // namespace consularia::api
