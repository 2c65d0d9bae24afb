#include "api/dispatch.hpp"

#include "api/accept.hpp"
#include "api/idempotency.hpp"
#include "api/identification.hpp"
#include "api/lists.hpp"
#include "api/paging.hpp"
#include "api/routes.hpp"
#include "base/json_writer.hpp"
#include "base/utf8.hpp"

#include <array>
#include <memory>
#include <utility>

namespace consularia::api {

namespace {

constexpr std::array kRenders{"application/json", "application/problem+json"};
constexpr std::array kParses{
    "application/json", "application/x-www-form-urlencoded", "multipart/form-data"};

// The stages of a request after its identification, in the order of the checks in docs/api.md. Each
// refuses the request or leads to the next one; what follows the last is the handler's.
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
    return identify(std::move(call), resource, check_head);
}

namespace {

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
            return confirmed(call, std::move(refused));
        }
        return InTurn{
            call->trace.organization, [call, operation, body = std::move(*body)]() mutable {
                return confirmed(call, check_body(call, *operation, std::move(body)));
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
