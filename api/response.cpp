#include "api/response.hpp"

#include "api/accept.hpp"
#include "base/json_writer.hpp"

namespace consularia::api {

namespace {

constexpr std::string_view kProblemJson = "application/problem+json";
/// What a client of a stream that lost its connection waits before it comes again.
constexpr std::string_view kRetry = "retry: 2000\n\n";

bool wants_problem(const Request& request) {
    const auto accept = request.header("Accept");
    return accept && names_problem_json(*accept);
}

std::string problem_json(const Failure& failure) {
    JsonWriter json;
    json.begin_object();
    json.text("type", "about:blank");
    json.text("title", reason_of(failure.status));
    json.number("status", failure.status);
    json.text("detail", failure.detail);
    if (failure.errors) {
        json.name("errors");
        json.raw(failure.errors->to_json());
    }
    json.end_object();
    return json.take();
}

std::string detail_json(const Failure& failure) {
    JsonWriter json;
    json.begin_object();
    json.text("detail", failure.detail);
    json.end_object();
    return json.take();
}

}  // namespace

Response fail(const Request& request, const Failure& failure) {
    Response response;
    response.status = failure.status;
    if (wants_problem(request)) {
        response.content_type = kProblemJson;
        response.body = problem_json(failure);
    } else if (failure.errors) {
        response.body = failure.errors->to_json();
    } else {
        response.body = detail_json(failure);
    }
    if (failure.status == 401) response.headers.emplace_back("WWW-Authenticate", "Token");
    if (failure.status == 429 || failure.status == 503) {
        response.headers.emplace_back("Retry-After", std::to_string(failure.retry_after.count()));
    }
    return response;
}

Failure not_found() {
    return {404, "Not found.", {}};
}

Failure no_match(std::string_view resource) {
    return {404, "No " + std::string(resource) + " matches the given query.", {}};
}

Failure bad_fields(Errors errors) {
    return {400, "The request has invalid values.", std::move(errors)};
}

Failure ahead_of_head(ledger::Sequence cursor, ledger::Sequence head) {
    return {
        409,
        "The cursor " + std::to_string(cursor) + " is ahead of the head " + std::to_string(head) +
            ".",
        {}};
}

Failure unavailable(std::string detail) {
    return {503, std::move(detail), {}};
}

Failure no_newest_data() {
    return unavailable("The newest data cannot be read at the moment.");
}

Failure organization_is_frozen() {
    return unavailable("This organization has data that this version of the server cannot read.");
}

Failure clock_not_trusted() {
    return unavailable("The server's clock cannot be trusted at the moment.");
}

Response empty_stream() {
    Response response;
    response.content_type = kEventStream;
    response.cache_control = "no-store, no-transform";
    response.headers.emplace_back("X-Accel-Buffering", "no");
    response.body = kRetry;
    return response;
}

std::string_view reason_of(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 204:
            return "No Content";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 417:
            return "Expectation Failed";
        case 422:
            return "Unprocessable Content";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 503:
            return "Service Unavailable";
        case 505:
            return "HTTP Version Not Supported";
        case 507:
            return "Insufficient Storage";
        default:
            return "Unknown";
    }
}

}  // namespace consularia::api
