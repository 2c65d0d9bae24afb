#pragma once
// One request on its way through its steps.

#include "api/authentication.hpp"
#include "api/bodies/value.hpp"
#include "api/join/page.hpp"
#include "api/request.hpp"
#include "api/service.hpp"
#include "api/step.hpp"
#include "ledger/record/record.hpp"
#include "projections/read_store.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace consularia::api {

/// The request and its trace outlive every step of its call.
struct Call {
    const Service& service;
    const Request& request;
    Trace& trace;
    std::vector<std::string> path_values;  ///< The decoded values of {…} in the path.
    Caller caller;
    std::optional<domain::Scope> scope;  ///< That the operation demands of a token.
    /// The snapshot in which a member was authenticated, until the call waits; otherwise null.
    std::shared_ptr<const projections::Reader> snapshot;
    std::optional<ledger::Sequence> sequence;  ///< The organization's sequence in that snapshot.
    std::optional<std::string> as_of;          ///< The moment that is read instead of the present.
    /// The member is known from this node's copy as it was: enough for a command, which the ledger
    /// decides on the newest state, but nothing may be refused on that.
    bool unsynced = false;
    bool wants_page = false;    ///< The answer is an HTML page (see api/join/page.hpp).
    bool wants_stream = false;  ///< The answer is a stream of events.

    // For a write only:
    Value body = empty_object();
    std::optional<ledger::Idempotency> idempotency;

    /// Precondition: the caller is a member.
    [[nodiscard]] const Member& member() const { return std::get<Member>(caller); }

    [[nodiscard]] domain::OrganizationId organization() const { return member().organization; }

    template <class IdType>
    [[nodiscard]] std::optional<IdType> path_id(std::size_t index) const {
        return IdType::parse(path_values.at(index));
    }

    [[nodiscard]] PageContext page_context() const;

    /// Takes the present state after the call has waited. The failure, if the token is not valid
    /// any more. Precondition: the caller is a member.
    [[nodiscard]] std::optional<Failure> look_again();

    /// The failure in the form that the client wants, with the sequence if it is known.
    [[nodiscard]] Response failed(const Failure& failure) const;

    /// The same for a failure of this node that is over soon; whoever wants a stream gets one that
    /// ends at once, and comes again.
    [[nodiscard]] Response failed_for_now(const Failure& failure) const;

    /// A 401, or the 429 for an address that has had too many of them.
    [[nodiscard]] Response not_authenticated(const Failure& failure) const;

    /// Drops the snapshot and the body: a call that waits, perhaps for long, holds neither.
    void let_go();
};

using CallPtr = std::shared_ptr<Call>;

/// Makes the page the body of the response.
void put_page(Response& response, HtmlPage page);

/// Continues once the newest state of the organization, or of all, can be read; 503 if it cannot.
/// The call drops its snapshot and body while it waits.
[[nodiscard]] AfterSync after_sync(
    CallPtr call, std::optional<domain::OrganizationId> organization, std::function<Step()> then
);

/// A handler runs once the caller is authorized and, for a write, the body has been read.
using Handler = Step (*)(CallPtr call);

}  // namespace consularia::api
