#pragma once
// From a command to its answer: the one place that turns rejections into statuses and sentences.

#include "api/call.hpp"
#include "domain/appointment/appointment.hpp"
#include "ledger/commands/command.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace consularia::api {

/// What a command led to, now or, for a repeated Idempotency-Key, the first time.
struct Outcome {
    ledger::Head head;                ///< Of the fact; for an unchanged state only the sequence.
    domain::Appointment appointment;  ///< The state that answers.
    std::string document;             ///< Its JSON when it is rendered already.
    /// Of a repeated operation of the admin's: what happened the first time.
    std::optional<domain::OrganizationEvent> first;
};

using RenderOutcome = std::function<Response(const Call&, const Outcome&)>;

/// The answer to a command's reply; `render` makes that of a success.
[[nodiscard]] Response render_reply(
    const Call& call,
    domain::OrganizationId organization,
    ledger::Reply reply,
    const RenderOutcome& render
);

/// Submits the command in this actor's name. The call lets go meanwhile.
[[nodiscard]] Submit submit_as(
    CallPtr call,
    domain::OrganizationId organization,
    ledger::Actor actor,
    ledger::Command command,
    RenderOutcome render
);

/// Submits the command for the caller's organization with the call's Idempotency-Key.
[[nodiscard]] Step submit(CallPtr call, domain::AppointmentCommand command, RenderOutcome render);

/// Submits a command of the admin's for this organization.
[[nodiscard]] Step submit_as_admin(
    CallPtr call,
    domain::OrganizationId organization,
    domain::OrganizationCommand command,
    RenderOutcome render
);

/// Refuses without a command, in the documented order: 422 for a key that stood for another
/// request, then what `find_failure` says of the synced state.
[[nodiscard]] Step refuse(
    CallPtr call, std::function<Failure(const projections::Reader&)> find_failure
);

/// `{}` for a good item.
[[nodiscard]] Errors describe_item(const std::optional<domain::ItemError>& error);

[[nodiscard]] Failure explain(const domain::Rejection& rejection);

/// Makes the appointment's JSON the body. A large one is let go and read again, piece by piece,
/// from `state`, which has the same.
void set_document(
    Response& response,
    const Call& call,
    std::shared_ptr<const projections::Reader> state,
    domain::AppointmentId id,
    std::string json
);

/// The appointment with its ETag.
[[nodiscard]] Response answer_appointment(const Call& call, const Outcome& outcome);

}  // namespace consularia::api
