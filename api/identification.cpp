#include "api/identification.hpp"

#include "api/credentials.hpp"
#include "api/paging.hpp"
#include "api/rates.hpp"
#include "projections/queries.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace consularia::api {

namespace {

/// A ticket in place of a token, if the request has one and the resource takes it.
std::optional<std::string> ticket_in(const Request& request, const Resource& resource) {
    if (!resource.feed || !only_reads(request)) return std::nullopt;
    return Query(request.query).last("ticket");
}

bool reads_any(const Request& request) {
    return only_reads(request) &&
           equal_ignoring_case(request.header("Consistency").value_or(""), "any");
}

/// Everything that needs data.
Step after_start(const CallPtr& call, std::function<Step()> then) {
    auto go_on = [call, then = std::move(then)]() -> Step {
        const Service& service = call->service;
        if (service.open()) return then();
        return call->failed_for_now(
            unavailable(service.not_ready().value_or("The server is starting."))
        );
    };
    return AfterStart{std::move(go_on)};
}

/// `otherwise`, if given, continues for an unknown token.
Step identify_member(
    const CallPtr& call,
    const Resource& resource,
    const Credentials& credentials,
    Identified then,
    const std::function<Step()>& otherwise = {}
) {
    const Service& service = call->service;
    const auto organization = credentials.organization;
    call->snapshot = service.store->snapshot();
    auto member = credentials.find(*call->snapshot);
    if (!member && otherwise) return otherwise();
    // With a wrong clock every token may look expired.
    if (!member && service.clock->problem()) return call->failed(clock_not_trusted());
    if (!member) return call->not_authenticated(member.error());
    call->caller = *member;
    call->trace.organization = organization;
    call->trace.actor = "tokens/" + member->token.to_string();
    const auto head = projections::find_head_row(*call->snapshot, organization);
    call->sequence = head.head.sequence;
    if (const auto throttled = service.rates->count_token(member->token, call->trace)) {
        return call->failed(*throttled);
    }
    if (head.frozen && !resource.feed && !resource.proof)
        return call->failed(organization_is_frozen());
    return then(call, resource);
}

/// The request can only lead to a command: the ledger decides it on the newest state, which also
/// says whether the token is still valid.
bool leads_to_command(const Call& call, const Resource& resource) {
    const bool read_only = call.service.replayed_moment.has_value();
    const auto* operation = resource.find(call.request.method, read_only);
    return operation != nullptr && operation->access == Access::write;
}

Step identify_by(
    const CallPtr& call, const Resource& resource, Credentials credentials, Identified then
) {
    const auto organization = credentials.organization;
    const auto in_sync = [call, &resource, credentials, then]() -> Step {
        return after_sync(call, credentials.organization, [call, &resource, credentials, then] {
            call->unsynced = false;
            return identify_member(call, resource, credentials, then);
        });
    };
    const bool writes = leads_to_command(*call, resource);
    if (!writes && !reads_any(call->request)) return after_start(call, in_sync);
    // This node's copy will do as it is, unless that is too old.
    auto any =
        [call, &resource, credentials = std::move(credentials), then, in_sync, writes]() -> Step {
        const bool fresh = call->service.fresh_enough(credentials.organization);
        if (!fresh) return writes ? in_sync() : call->failed(no_newest_data());
        call->unsynced = writes;
        // Another node may have issued the token in the meantime.
        return confirmed(call, identify_member(call, resource, credentials, then, in_sync));
    };
    return after_start(call, [organization, any = std::move(any)]() -> Step {
        return InTurn{organization, any};
    });
}

}  // namespace

Step identify(CallPtr call, const Resource& resource, Identified then) {
    const Service& service = call->service;
    const auto go_on = [call, &resource, then] { return then(call, resource); };
    switch (resource.audience()) {
        case Audience::everybody:
            return go_on();
        case Audience::link_holders:
            return after_start(call, go_on);
        case Audience::admin:
        case Audience::members:
            break;
    }
    if (const auto ticket = ticket_in(call->request, resource)) {
        auto credentials = credentials_by_ticket(service, *ticket);
        if (!credentials) return call->not_authenticated(invalid_token());
        return identify_by(call, resource, *std::move(credentials), then);
    }
    const auto secret = read_secret(call->request);
    if (!secret) return call->not_authenticated(secret.error());
    if (service.is_admin_key(*secret)) {
        call->caller = Admin{};
        call->trace.actor = "admin";
        return after_start(call, go_on);
    }
    auto credentials = credentials_by_secret(service, *secret);
    if (!credentials) return call->not_authenticated(invalid_token());
    return identify_by(call, resource, *std::move(credentials), then);
}

Step confirmed(const CallPtr& call, Step step) {
    auto* const refusal = std::get_if<Response>(&step.next);
    if (!call->unsynced || refusal == nullptr || refusal->status == 429) return step;
    auto then = [call, refusal = std::move(*refusal)]() mutable -> Step {
        if (const auto invalid = call->look_again()) return call->not_authenticated(*invalid);
        refusal.sequence = call->sequence;
        return std::move(refusal);
    };
    return after_sync(call, call->organization(), std::move(then));
}

}  // namespace consularia::api
