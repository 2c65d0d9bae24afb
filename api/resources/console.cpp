// Handlers of /console/, the page for auditors. It holds no data and needs no token: its script
// asks the API, with the token of the person who looks.

#include "api/console/files.hpp"
#include "api/handlers.hpp"
#include "api/join/fill.hpp"

namespace consularia::api {

namespace {

// Only files of this server run, and they reach nothing but this server. No text becomes HTML or
// script: trusted types leave one way to start the worker (api/console/verify.js).
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types console";

Response with_policy(std::string_view content_type) {
    Response response;
    response.content_type = content_type;
    response.headers.emplace_back("Content-Security-Policy", kPolicy);
    return response;
}

}  // namespace

Step show_console(CallPtr call) {
    auto response = with_policy("text/html; charset=utf-8");
    // Relative addresses, since a proxy may serve this below a path of its own.
    const bool inside = call->request.path.ends_with('/');
    response.body =
        fill(
            console_page_html(), {{"here", inside ? "" : "console/"}, {"api", call->service.prefix}}
        ).bytes;
    return response;
}

Step retrieve_console_file(CallPtr call) {
    const auto* const file = find_console_file(call->path_values.at(0));
    if (file == nullptr) return call->failed(not_found());
    auto response = with_policy(file->content_type);
    response.constant = file->bytes();
    return response;
}

}  // namespace consularia::api
