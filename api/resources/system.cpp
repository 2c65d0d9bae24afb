// Handlers of the published documents and of health: operations without a token.

#include "api/handlers.hpp"
#include "api/published_documents.hpp"
#include "base/json_writer.hpp"

#include <string>

namespace consularia::api {

Step retrieve_schema(CallPtr) {
    Response response;
    response.constant = openapi_document();
    return response;
}

Step retrieve_event_schema(CallPtr) {
    Response response;
    response.constant = event_schema();
    return response;
}

Step check_health(CallPtr) {
    Response response;
    response.body = R"({"status":"ok"})";
    return response;
}

Step check_readiness(CallPtr call) {
    if (const auto reason = call->service.not_ready()) return call->failed(unavailable(*reason));
    JsonWriter json;
    json.begin_object();
    json.text("status", "ready");
    if (const auto& moment = call->service.replayed_moment) json.text("as_of", *moment);
    if (const auto degraded = call->service.degraded(); !degraded.empty()) {
        json.begin_array("degraded");
        for (const std::string& one : degraded) json.element(one);
        json.end_array();
    }
    json.end_object();
    Response response;
    response.body = json.take();
    return response;
}

}  // namespace consularia::api
