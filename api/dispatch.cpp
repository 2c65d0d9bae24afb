#include "api/dispatch.hpp"

#include "api/accept.hpp"
#include "api/bodies/utf8.hpp"
#include "api/idempotency.hpp"
#include "api/lists.hpp"
#include "api/rates.hpp"
#include "api/routes.hpp"
#include "projections/queries.hpp"
#include "projections/render_json.hpp"

#include <algorithm>
#include <iterator>
#include <memory>

namespace consularia::api {

namespace {

constexpr std::string_view kParses =
    R"(["application/json","application/x-www-form-urlencoded","multipart/form-data"])";

constexpr const char* kNoNewestData = "The newest data cannot be read at the moment.";

Response describe(const Resource& resource) {
    Response response;
    response.body =
        "{\"name\":" + projections::quote_json(resource.name) +
        R"(,"description":"","renders":["application/json","application/problem+json"])" +
        ",\"parses\":" + std::string(kParses) + "}";
    response.headers.emplace_back("Allow", resource.allow());
    return response;
}

/// The 415 for a compressed body.
std::optional<Response> refuse_encoding(const Call& call) {
    const Request& request = call.request;
    const auto length = request.header("Content-Length").value_or("");
    const bool has_body =
        request.header("Transfer-Encoding") || length.find_first_not_of('0') != std::string::npos;
    const auto encoding = request.header("Content-Encoding").value_or("");
    bool is_identity = true;
    for_each_part(encoding, ',', [&](std::string_view one) {
        is_identity = is_identity && equal_ignoring_case(one, "identity");
    });
    if (!has_body || is_identity) return std::nullopt;
    const auto shown = replace_invalid_utf8(encoding);
    auto response =
        call.failed({415, "Unsupported content encoding \"" + shown + "\" in request.", {}});
    response.headers.emplace_back("Accept-Encoding", "identity");
    return response;
}

/// Reads the body into the call, then hands it to the handler.
Step read_write(const CallPtr& call, const Operation& operation, std::string body) {
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

bool permitted(const Call& call, const Resource& resource, Access access) {
    if (std::holds_alternative<Admin>(call.caller)) return resource.for_admin();
    if (resource.for_admin()) return false;
    const auto scope = scope_of(access);
    return scope && call.member().scopes.has(*scope);
}

/// Everything after authentication.
Step enter(const std::shared_ptr<Call>& call, const Resource& resource) {
    const Request& request = call->request;
    const auto* operation = resource.find(request.method);
    const bool options = request.method == "OPTIONS";
    if (operation == nullptr && !options) {
        auto response = call->failed({405, "Method \"" + request.method + "\" not allowed.", {}});
        response.headers.emplace_back("Allow", resource.allow());
        return response;
    }
    if (!call->wants_page && !accepts_json(request.header("Accept").value_or(""))) {
        return call->failed({406, "Could not satisfy the request Accept header.", {}});
    }
    if (options) {
        if (!resource.open() &&
            std::holds_alternative<Admin>(call->caller) != resource.for_admin()) {
            return call->failed(forbidden());
        }
        auto response = describe(resource);
        response.sequence = call->sequence;
        return response;
    }
    if (!resource.open() && !permitted(*call, resource, operation->access)) {
        return call->failed(forbidden());
    }
    if (operation->method == "GET" || operation->access == Access::link) {
        return operation->handler(call);  // a body, if any, is not read
    }
    if (auto refused = refuse_encoding(*call)) return std::move(*refused);
    call->let_go();  // A body may arrive slowly, and this state is not read any more.
    return ReadBody{[call, operation](tl::expected<std::string, Failure> body) -> Step {
        if (!body) {
            auto refused = call->failed(body.error());
            refused.close = true;
            return refused;
        }
        return InTurn{
            call->trace.organization, [call, operation, body = std::move(*body)]() mutable {
                return read_write(call, *operation, std::move(body));
            }};
    }};
}

bool reads_any(const Request& request) {
    return (request.method == "GET" || request.method == "HEAD") &&
           equal_ignoring_case(request.header("Consistency").value_or(""), "any");
}

/// The 401, or the 429 for an address that has had too many of them.
Response refuse_stranger(const Call& call, const Failure& failure) {
    const auto throttled =
        call.service.rates->count_failed_authentication(call.request, call.trace);
    return call.failed(throttled ? *throttled : failure);
}

Step enter_as_member(
    const std::shared_ptr<Call>& call,
    const Resource& resource,
    domain::OrganizationId organization,
    const std::string& secret,
    const std::function<Step()>& otherwise = {}
) {
    const Service& service = call->service;
    call->state = service.store->snapshot();
    auto member = authenticate(*call->state, organization, secret, service.clock->now());
    if (!member && otherwise) return otherwise();
    // With a wrong clock every token may look expired.
    if (!member && service.clock->problem()) {
        return call->failed(clock_not_trusted());
    }
    if (!member) return refuse_stranger(*call, member.error());
    call->caller = *member;
    call->trace.organization = organization;
    call->trace.actor = "tokens/" + member->token.to_string();
    call->sequence = projections::find_head(*call->state, organization).sequence;
    if (const auto throttled = service.rates->count_token(member->token, call->trace)) {
        return call->failed(*throttled);
    }
    if (projections::is_frozen(*call->state, organization)) {
        return call->failed(organization_is_frozen());
    }
    return enter(call, resource);
}

/// Reads from this node's copy as it is, unless that is too old.
Step enter_any(
    const std::shared_ptr<Call>& call,
    const Resource& resource,
    domain::OrganizationId organization,
    const std::string& secret
) {
    if (!call->service.fresh_enough(organization)) return call->failed(unavailable(kNoNewestData));
    // Another node may have issued the token in the meantime.
    return enter_as_member(call, resource, organization, secret, [&] {
        return Step(after_sync(call, organization, [call, &resource, organization, secret] {
            return enter_as_member(call, resource, organization, secret);
        }));
    });
}

/// Everything that needs data.
Step after_start(const CallPtr& call, std::function<Step()> then) {
    auto go_on = [call, then = std::move(then)]() -> Step {
        const Service& service = call->service;
        if (service.open()) return then();
        return call->failed(unavailable(service.not_ready().value_or("The server is starting.")));
    };
    return AfterStart{std::move(go_on)};
}

}  // namespace

AfterSync after_sync(
    CallPtr call, std::optional<domain::OrganizationId> organization, std::function<Step()> then
) {
    call->let_go();
    auto go_on = [call = std::move(call), organization, then = std::move(then)](bool fresh
                 ) mutable -> Step {
        if (fresh) return InTurn{organization, std::move(then)};
        return call->failed(unavailable(kNoNewestData));
    };
    return {organization, std::move(go_on)};
}

PageContext Call::page_context() const {
    return {service.new_secret(), service.meeting_origin};
}

void Call::let_go() {
    state.reset();
    body = empty_object();
}

Response Call::failed(const Failure& failure) const {
    auto response = fail(request, failure);
    if (wants_page) {
        auto page = failure_page(page_context(), failure);
        response.body = std::move(page.body);
        response.content_type = page.content_type;
        std::ranges::move(page.headers, std::back_inserter(response.headers));
    }
    response.sequence = sequence;
    return response;
}

Step dispatch(const Service& service, const Request& request, Trace& trace) {
    auto found = match(request.path, service.prefix);
    if (found.resource == nullptr) return fail(request, not_found());
    const Resource& resource = *found.resource;
    trace.route = resource.path;
    auto call = std::make_shared<Call>(Call{
        service,
        request,
        trace,
        std::move(found.values),
        Admin{},
        nullptr,
        {},
        resource.page && prefers_html(request.header("Accept").value_or("")),
        empty_object(),
        {}});
    if (!resource.needs_data()) return enter(call, resource);
    if (resource.open()) {
        return after_start(call, [call, &resource] { return enter(call, resource); });
    }
    auto secret = read_secret(request);
    if (!secret) return refuse_stranger(*call, secret.error());
    if (service.is_admin_key(*secret)) {
        trace.actor = "admin";
        return after_start(call, [call, &resource] { return enter(call, resource); });
    }
    const auto organization = organization_of(*secret);
    if (!organization) return refuse_stranger(*call, invalid_token());
    if (reads_any(request)) {
        auto read = [call, &resource, id = *organization, secret = *secret] {
            return enter_any(call, resource, id, secret);
        };
        return after_start(call, [id = *organization, read = std::move(read)] {
            return Step(InTurn{id, read});
        });
    }
    auto go_on = [call, &resource, id = *organization, secret = std::move(*secret)] {
        return enter_as_member(call, resource, id, secret);
    };
    return after_start(call, [call, id = *organization, go_on = std::move(go_on)] {
        return Step(after_sync(call, id, go_on));
    });
}

}  // namespace consularia::api
