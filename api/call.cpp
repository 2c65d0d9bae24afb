#include "api/call.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace consularia::api {

AfterSync after_sync(
    CallPtr call, std::optional<domain::OrganizationId> organization, std::function<Step()> then
) {
    call->let_go();
    auto go_on = [call = std::move(call), organization, then = std::move(then)](bool fresh
                 ) mutable -> Step {
        if (fresh) return InTurn{organization, std::move(then)};
        return call->failed(no_newest_data());
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

}  // namespace consularia::api
