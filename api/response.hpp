#pragma once
// An answer, and the failures that become one.

#include "api/alarm.hpp"
#include "api/bodies/errors.hpp"
#include "api/request.hpp"
#include "domain/ids.hpp"
#include "ledger/record/record.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::api {

/// Returns the next piece of a body, empty at the end. Throws StorageError.
using BodySource = std::function<std::string()>;

/// What a stream sends next.
struct Burst {
    std::string bytes;
    bool more = false;                            ///< There is more at once.
    bool end = false;                             ///< The stream ends after these bytes.
    std::chrono::steady_clock::time_point until;  ///< When to look again if no alarm rings.
};

/// A body that goes on for as long as the client listens.
struct Stream {
    domain::OrganizationId organization;
    std::shared_ptr<Alarm> alarm;  ///< Rings when there is something to send.
    std::function<Burst()> next;   ///< Resets the alarm. Throws StorageError.
    /// Whether the client may still listen. Throws StorageError.
    std::function<bool()> permitted;
};

struct Response {
    int status = 200;
    std::string body;
    std::string_view constant;  ///< Used in place of `body`; lives as long as the program.
    BodySource rest;            ///< What follows `body` in a large answer; empty if nothing does.
    std::optional<std::size_t> length;  ///< The length of the whole body, if that of `rest` is
                                        ///< known.
    std::optional<Stream> stream;       ///< Follows `body`.
    std::string_view content_type = "application/json";
    std::string_view cache_control = "no-store";
    std::vector<std::pair<std::string_view, std::string>> headers;
    std::optional<ledger::Sequence> sequence;  ///< Becomes Consularia-Position.
    bool close = false;                        ///< The connection ends after this answer.
    std::string why;                           ///< Only for the log.

    /// The body, or the part of it that is available at once.
    [[nodiscard]] std::string_view content() const { return constant.empty() ? body : constant; }
};

/// An error, before the form that the client wants is known.
struct Failure {
    int status = 500;
    std::string detail;                   ///< One sentence; for a 400 with errors, a summary.
    std::optional<Errors> errors;         ///< Field errors, which then are the body.
    std::chrono::seconds retry_after{1};  ///< For a 429 or 503.
};

/// The answer to a failure: DRF's shapes, or RFC 9457 when `Accept` names problem+json. Adds the
/// headers that the status requires: WWW-Authenticate, Retry-After.
[[nodiscard]] Response fail(const Request& request, const Failure& failure);

[[nodiscard]] Failure not_found();
[[nodiscard]] Failure no_match(std::string_view resource);
[[nodiscard]] Failure bad_fields(Errors errors);
[[nodiscard]] Failure unavailable(std::string detail);
[[nodiscard]] Failure no_newest_data();
[[nodiscard]] Failure organization_is_frozen();
/// A client knows a sequence that the organization has not reached.
[[nodiscard]] Failure ahead_of_head(ledger::Sequence cursor, ledger::Sequence head);
[[nodiscard]] Failure clock_not_trusted();

/// A stream of events without any: it says only when a client that lost its connection comes again.
/// A browser gives up for good on any status but 200, whatever the reason.
[[nodiscard]] Response empty_stream();

/// The reason phrase of RFC 9110, e.g. "Not Found".
[[nodiscard]] std::string_view reason_of(int status);

}  // namespace consularia::api
