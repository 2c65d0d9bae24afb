#pragma once
// Turns the reply to a command into an answer: maps rejections to statuses and sentences. Only the
// access links, and the creation of an organization, look at a reply before.

#include "api/call.hpp"
#include "ledger/commands/command.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace consularia::api {

/// What a command led to, now or, for a repeated Idempotency-Key, the first time.
struct Outcome {
    /// The head at the fact; for an unchanged state only the sequence.
    ledger::Head head;
    std::optional<ledger::State> state;  ///< As far as the answer wants it.
    ledger::Rendering rendering;         ///< The same state's, if already made.
    /// For a repeated Idempotency-Key: what happened the first time.
    std::optional<ledger::RecordEvent> first;

    /// Precondition: the answer wants it.
    [[nodiscard]] const domain::Appointment& appointment() const {
        return std::get<domain::Appointment>(state.value());
    }
};

/// The answer to a command that succeeds.
struct Answer {
    ledger::Wanted wanted = ledger::Wanted::verdict;
    std::function<Response(const Call&, Outcome)> render;
};

/// The answer for a command's reply; `render` makes that of a success.
[[nodiscard]] Response render_reply(
    const Call& call, domain::OrganizationId organization, ledger::Reply reply, const Answer& answer
);

/// Submits the command in this actor's name. The call drops its snapshot and body while it waits.
[[nodiscard]] Submit submit_as(
    CallPtr call,
    domain::OrganizationId organization,
    ledger::Actor actor,
    ledger::Command command,
    Answer answer
);

/// Submits the command for the caller's organization with the call's Idempotency-Key.
[[nodiscard]] Step submit(CallPtr call, ledger::Command command, Answer answer);

/// Submits a command of the admin for this organization.
[[nodiscard]] Step submit_as_admin(
    CallPtr call,
    domain::OrganizationId organization,
    domain::OrganizationCommand command,
    Answer answer
);

using FindFailure = std::function<Failure(const projections::Reader&)>;

/// How a write is refused without a command, in the documented order: 422 for a key that was used
/// for a different request, then the result of `find_failure` on the organization's synced state.
[[nodiscard]] Step refuse(
    CallPtr call, domain::OrganizationId organization, FindFailure find_failure
);

/// The same for a member's request and a failure that does not depend on the state.
[[nodiscard]] Step refuse(CallPtr call, Failure failure);

/// `{}` for a valid item.
[[nodiscard]] Errors describe_item(const std::optional<domain::ItemError>& error);

[[nodiscard]] Failure explain(const domain::Rejection& rejection);

/// Makes the appointment's JSON the body. A large one is released and read again, piece by piece,
/// from the snapshot, which has the same.
void set_document(
    Response& response,
    const Call& call,
    std::shared_ptr<const projections::Reader> snapshot,
    domain::AppointmentId id,
    std::string json
);

/// The 204 to a command whose result is nothing; wants the verdict.
[[nodiscard]] Response answer_nothing(const Call& call, const Outcome& outcome);

/// The appointment with its ETag; wants its rendering.
[[nodiscard]] Response answer_appointment(const Call& call, Outcome outcome);

}  // namespace consularia::api
