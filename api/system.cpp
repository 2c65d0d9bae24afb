// Handlers of the published document and of health: operations without a token.

#include "api/handlers.hpp"
#include "api/openapi_document.hpp"

namespace consularia::api {

Step retrieve_schema(CallPtr) {
    Response response;
    response.constant = openapi_document();
    return response;
}

Step check_health(CallPtr) {
    Response response;
    response.body = R"({"status":"ok"})";
    return response;
}

Step check_readiness(CallPtr call) {
    if (const auto reason = call->service.not_ready()) return call->failed(unavailable(*reason));
    Response response;
    response.body = R"({"status":"ready"})";
    return response;
}

}  // namespace consularia::api
