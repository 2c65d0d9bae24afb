#pragma once
// Appointments as they were at a moment (docs/api.md, As of).

#include "api/call.hpp"
#include "api/history/moment.hpp"
#include "domain/ids.hpp"
#include "ledger/record/record.hpp"

#include <tl/expected.hpp>

namespace consularia::api {

/// The last fact that had happened at the moment that the call names, or the 400. Precondition: the
/// call names one.
[[nodiscard]] tl::expected<ledger::Sequence, Failure> find_moment(const Call& call);

/// GET of an appointment with `as_of`.
[[nodiscard]] Response retrieve_past_appointment(const Call& call, domain::AppointmentId id);

/// GET of a list with `as_of`: what `make` would have answered then. Waits until a store of that
/// moment is built, for as long as a command may wait.
[[nodiscard]] Step list_past(CallPtr call, Response (*make)(const Call&));

}  // namespace consularia::api
