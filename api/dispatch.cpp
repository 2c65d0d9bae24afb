#include "api/dispatch.hpp"

#include "api/accept.hpp"
#include "api/credentials.hpp"
#include "api/idempotency.hpp"
#include "api/lists.hpp"
#include "api/paging.hpp"
#include "api/rates.hpp"
#include "api/routes.hpp"
#include "base/json_writer.hpp"
#include "base/utf8.hpp"
#include "projections/queries.hpp"

#include <array>
#include <memory>
#include <utility>

namespace consularia::api {

namespace {

constexpr std::array kRenders{"application/json", "application/problem+json"};
constexpr std::array kParses{
    "application/json", "application/x-www-form-urlencoded", "multipart/form-data"};

// The stages of a request, in the order of the checks in docs/api.md. Each refuses the request or
// leads to the next one; what follows the last is the handler's.
bool only_reads(const Request& request) {
    return request.method == "GET" || request.method == "HEAD";
}

Step identify(CallPtr call, const Resource& resource);
Step check_head(CallPtr call, const Resource& resource);
Step check_body(const CallPtr& call, const Operation& operation, std::string body);

}  // namespace

Step dispatch(const Service& service, const Request& request, Trace& trace) {
    auto found = match(request.path, service.prefix);
    if (found.resource == nullptr) return fail(request, not_found());
    const Resource& resource = *found.resource;
    trace.route = resource.path;
    auto call = std::make_shared<Call>(Call{
        .service = service,
        .request = request,
        .trace = trace,
        .path_values = std::move(found.values),
        .caller = Stranger{},
        .scope = {},
        .snapshot = nullptr,
        .sequence = {},
        .as_of = {},
        .wants_page = resource.page && prefers_html(request.header("Accept").value_or("")),
        .wants_stream = resource.feed && only_reads(request) &&
                        prefers_stream(request.header("Accept").value_or("")),
        .body = empty_object(),
        .idempotency = {}});
    return identify(std::move(call), resource);
}

namespace {

// Who sends it: 401.

/// A ticket in place of a token, if the request has one and the resource takes it.
std::optional<std::string> ticket_in(const Request& request, const Resource& resource) {
    if (!resource.feed || !only_reads(request)) return std::nullopt;
    return Query(request.query).last("ticket");
}

bool reads_any(const Request& request) {
    return only_reads(request) &&
           equal_ignoring_case(request.header("Consistency").value_or(""), "any");
}

/// The 401, or the 429 for an address that has had too many of them.
Response refuse_stranger(const Call& call, const Failure& failure) {
    const auto throttled =
        call.service.rates->count_failed_authentication(call.request, call.trace);
    return call.failed(throttled ? *throttled : failure);
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
    const std::function<Step()>& otherwise = {}
) {
    const Service& service = call->service;
    const auto organization = credentials.organization;
    call->snapshot = service.store->snapshot();
    auto member = credentials.find(*call->snapshot);
    if (!member && otherwise) return otherwise();
    // With a wrong clock every token may look expired.
    if (!member && service.clock->problem()) return call->failed(clock_not_trusted());
    if (!member) return refuse_stranger(*call, member.error());
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
    return check_head(call, resource);
}

Step identify_by(const CallPtr& call, const Resource& resource, Credentials credentials) {
    const auto organization = credentials.organization;
    const auto in_sync = [call, &resource, credentials]() -> Step {
        return after_sync(call, credentials.organization, [call, &resource, credentials] {
            return identify_member(call, resource, credentials);
        });
    };
    if (!reads_any(call->request)) return after_start(call, in_sync);
    // It reads from this node's copy as it is, unless that is too old.
    auto any = [call, &resource, credentials = std::move(credentials), in_sync]() -> Step {
        const auto id = credentials.organization;
        if (!call->service.fresh_enough(id)) return call->failed(no_newest_data());
        // Another node may have issued the token in the meantime.
        return identify_member(call, resource, credentials, in_sync);
    };
    return after_start(call, [organization, any = std::move(any)]() -> Step {
        return InTurn{organization, any};
    });
}

Step identify(CallPtr call, const Resource& resource) {
    const Service& service = call->service;
    const auto go_on = [call, &resource] { return check_head(call, resource); };
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
        if (!credentials) return refuse_stranger(*call, invalid_token());
        return identify_by(call, resource, *std::move(credentials));
    }
    const auto secret = read_secret(call->request);
    if (!secret) return refuse_stranger(*call, secret.error());
    if (service.is_admin_key(*secret)) {
        call->caller = Admin{};
        call->trace.actor = "admin";
        return after_start(call, go_on);
    }
    auto credentials = credentials_by_secret(service, *secret);
    if (!credentials) return refuse_stranger(*call, invalid_token());
    return identify_by(call, resource, *std::move(credentials));
}

// What can be refused without the body: 405, 406, 403, and 415 for a compressed one.

Response refuse_method(const Call& call, const Resource& resource) {
    auto response = call.failed({405, "Method \"" + call.request.method + "\" not allowed.", {}});
    const bool read_only = call.service.replayed_moment.has_value();
    response.headers.emplace_back("Allow", resource.allow(read_only));
    return response;
}

/// On a server of the past.
Failure link_is_closed() {
    return {404, "This link is no longer valid.", {}};
}

/// Whom the operation is for: the past is the auditors'.
std::optional<Access> access_to(Call& call, const Operation& operation) {
    if (!operation.has_past || call.request.query.empty()) return operation.access;
    auto moment = Query(call.request.query).last("as_of");
    if (!moment || moment->empty()) return operation.access;
    call.as_of = std::move(moment);
    return Access::audit;
}

/// Every use of the scope `audit` is recorded, and everything that an auditor does: somebody whose
/// token has it and may not write. A token that may do both is the organization's own, which reads
/// all day; the ledger has what it writes. A read by other scopes is answered even if it cannot be
/// recorded.
void note_auditor(const Call& call, const std::optional<Access>& access) {
    const auto* const member = std::get_if<Member>(&call.caller);
    if (member == nullptr || !member->scopes.has(domain::Scope::audit)) return;
    domain::Scopes alone;
    alone.add(domain::Scope::audit);
    const bool as_auditor = access == Access::audit || member->scopes == alone;
    const bool may_write = member->scopes.has(domain::Scope::write);
    if (!as_auditor && (may_write || !only_reads(call.request))) return;
    call.trace.audited = member->token;
    call.trace.answered_unrecorded = !as_auditor;
}

/// `access` is empty for OPTIONS, which describes the resource.
bool permitted(const Call& call, const Resource& resource, const std::optional<Access>& access) {
    switch (resource.audience()) {
        case Audience::everybody:
        case Audience::link_holders:
            return true;
        case Audience::admin:
            return std::holds_alternative<Admin>(call.caller);
        case Audience::members:
            break;
    }
    const auto* const member = std::get_if<Member>(&call.caller);
    if (member == nullptr || !access) return member != nullptr;
    return permits(*access, member->scopes);
}

Response describe(const Call& call, const Resource& resource) {
    JsonWriter json;
    json.begin_object();
    json.text("name", resource.name);
    json.text("description", "");
    json.begin_array("renders");
    if (resource.feed) {
        json.element(kEventBatch);
        json.element(kEventStream);
    }
    if (!resource.also.empty()) json.element(resource.also);
    for (const auto* type : kRenders) json.element(type);
    json.end_array();
    json.begin_array("parses");
    for (const auto* type : kParses) json.element(type);
    json.end_array();
    json.end_object();
    Response response;
    response.body = json.take();
    const bool read_only = call.service.replayed_moment.has_value();
    response.headers.emplace_back("Allow", resource.allow(read_only));
    response.sequence = call.sequence;
    return response;
}

bool has_compressed_body(const Request& request) {
    const auto length = request.header("Content-Length").value_or("");
    const bool has_body =
        request.header("Transfer-Encoding") || length.find_first_not_of('0') != std::string::npos;
    bool is_identity = true;
    for_each_part(request.header("Content-Encoding").value_or(""), ',', [&](std::string_view one) {
        is_identity = is_identity && equal_ignoring_case(one, "identity");
    });
    return has_body && !is_identity;
}

Response refuse_encoding(const Call& call) {
    const auto shown = replace_invalid_utf8(call.request.header("Content-Encoding").value_or(""));
    auto response =
        call.failed({415, "Unsupported content encoding \"" + shown + "\" in request.", {}});
    response.headers.emplace_back("Accept-Encoding", "identity");
    return response;
}

Step check_head(CallPtr call, const Resource& resource) {
    const Request& request = call->request;
    const bool read_only = call->service.replayed_moment.has_value();
    const auto* operation = resource.find(request.method, read_only);
    const bool options = request.method == "OPTIONS";
    const auto access = operation == nullptr ? std::nullopt : access_to(*call, *operation);
    note_auditor(*call, access);
    if (operation == nullptr && !options) return refuse_method(*call, resource);
    const auto accept = request.header("Accept").value_or("");
    const bool accepted = call->wants_page || accepts_json(accept) ||
                          (resource.feed && accepts_events(accept)) ||
                          (!resource.also.empty() && accepts(accept, resource.also));
    if (!accepted) {
        return call->failed({406, "Could not satisfy the request Accept header.", {}});
    }
    if (access) call->scope = scope_of(*access);
    if (!permitted(*call, resource, access)) return call->failed(forbidden());
    if (options) return describe(*call, resource);
    if (read_only && operation->access == Access::link) return call->failed(link_is_closed());
    if (operation->method == "GET" || operation->access == Access::link) {
        return operation->handler(call);  // a body, if any, is not read
    }
    if (has_compressed_body(request)) return refuse_encoding(*call);
    call->let_go();  // A body may arrive slowly, and this snapshot is not read any more.
    return ReadBody{[call, operation](tl::expected<std::string, Failure> body) -> Step {
        if (!body) {
            auto refused = call->failed(body.error());
            refused.close = true;
            return refused;
        }
        return InTurn{
            call->trace.organization, [call, operation, body = std::move(*body)]() mutable {
                return check_body(call, *operation, std::move(body));
            }};
    }};
}

// What needs the body: 415 and 400, and 400 for a bad Idempotency-Key.

Step check_body(const CallPtr& call, const Operation& operation, std::string body) {
    if (!body.empty()) {
        const auto header = call->request.header("Content-Type").value_or("");
        const auto type = parse_content_type(header);
        if (!type) {
            const auto shown = replace_invalid_utf8(header);
            return call->failed({415, "Unsupported media type \"" + shown + "\" in request.", {}});
        }
        auto value =
            read_body(*type, std::move(body), operation.body, call->service.max_body_values);
        if (!value) return call->failed({400, value.error().detail, {}});
        call->body = std::move(*value);
    }
    auto idempotency = read_idempotency(*call);
    if (!idempotency) return call->failed(idempotency.error());
    call->idempotency = std::move(*idempotency);
    return operation.handler(call);
}

}  // namespace

}  // namespace consularia::api
