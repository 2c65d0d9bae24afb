#pragma once
// An answer, and the failures that become one.

#include "api/bodies/errors.hpp"
#include "api/request.hpp"
#include "ledger/record/record.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::api {

/// Gives the next piece of a body, empty at the end. Throws StorageError.
using BodySource = std::function<std::string()>;

struct Response {
    int status = 200;
    std::string body;
    std::string_view constant;  ///< In place of `body`: lives as long as the program.
    BodySource rest;            ///< What follows `body` of a large answer; none when that is all.
    std::optional<std::size_t> length;  ///< Of the whole body, where `rest` has a known end.
    std::string_view content_type = "application/json";
    std::vector<std::pair<std::string_view, std::string>> headers;
    std::optional<ledger::Sequence> position;  ///< Becomes Consularia-Position.
    bool close = false;                        ///< The connection ends after this answer.
    std::string why;                           ///< For the log alone.

    /// The body, or what there is of it at once.
    [[nodiscard]] std::string_view content() const { return constant.empty() ? body : constant; }
};

/// Something that went wrong, before it is known in which form the client wants to hear it.
struct Failure {
    int status = 500;
    std::string detail;               ///< One sentence; of a 400 with errors it is a summary.
    std::optional<Errors> errors;     ///< Field errors; then they are the body.
    std::uint64_t retry_after_s = 1;  ///< Of a 429 or 503.
};

/// The answer to a failure: DRF's shapes, or RFC 9457 when `Accept` names problem+json. Adds what
/// the status demands: WWW-Authenticate, Retry-After.
[[nodiscard]] Response fail(const Request& request, const Failure& failure);

[[nodiscard]] Failure not_found();
[[nodiscard]] Failure no_match(std::string_view resource);
[[nodiscard]] Failure bad_fields(Errors errors);
[[nodiscard]] Failure unavailable(std::string detail);
[[nodiscard]] Failure organization_is_frozen();
[[nodiscard]] Failure clock_not_trusted();

/// The reason phrase of RFC 9110, e.g. "Not Found".
[[nodiscard]] std::string_view reason_of(int status);

}  // namespace consularia::api
