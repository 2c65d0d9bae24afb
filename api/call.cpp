#include "api/call.hpp"

#include "api/rates.hpp"
#include "projections/queries.hpp"

#include <utility>

namespace consularia::api {

AfterSync after_sync(
    CallPtr call, std::optional<domain::OrganizationId> organization, std::function<Step()> then
) {
    call->let_go();
    auto go_on = [call = std::move(call), organization, then = std::move(then)](bool fresh
                 ) mutable -> Step {
        if (fresh) return InTurn{organization, std::move(then)};
        return call->failed_for_now(no_newest_data());
    };
    return {organization, std::move(go_on)};
}

void put_page(Response& response, HtmlPage page) {
    response.body = std::move(page.html);
    response.content_type = "text/html; charset=utf-8";
    response.headers.emplace_back("Content-Security-Policy", std::move(page.security_policy));
}

PageContext Call::page_context() const {
    return {service.new_secret(), service.meeting_origin};
}

std::optional<Failure> Call::look_again() {
    snapshot = service.store->snapshot();
    auto found = authenticate(*snapshot, organization(), member().secret, service.clock->now());
    if (!found) return service.clock->problem() ? clock_not_trusted() : found.error();
    caller = *found;
    sequence = projections::find_head(*snapshot, organization()).sequence;
    return std::nullopt;
}

void Call::let_go() {
    snapshot.reset();
    body = empty_object();
}

Response Call::failed(const Failure& failure) const {
    auto response = fail(request, failure);
    if (wants_page) {
        put_page(response, failure_page(page_context(), failure.status, failure.detail));
    }
    response.sequence = sequence;
    return response;
}

Response Call::failed_for_now(const Failure& failure) const {
    if (!wants_stream) return failed(failure);
    auto response = empty_stream();
    response.close = true;
    response.why = failure.detail;
    return response;
}

Response Call::not_authenticated(const Failure& failure) const {
    const auto throttled = service.rates->count_failed_authentication(request, trace);
    auto response = failed(throttled ? *throttled : failure);
    response.sequence.reset();  // It may be known from a token that was valid until just now.
    return response;
}

}  // namespace consularia::api
