#pragma once
// A moment of the past as a request names it: a datetime, or a sequence.

#include "api/bodies/errors.hpp"
#include "domain/time.hpp"
#include "projections/history.hpp"

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace consularia::api {

using Moment = std::variant<ledger::Sequence, domain::Timestamp>;

/// A datetime of a query, where a + may have turned into a space: "… 02:00".
[[nodiscard]] std::optional<domain::Timestamp> read_datetime(std::string text);

/// Digits alone are a sequence. Empty if it is neither.
[[nodiscard]] std::optional<Moment> read_moment(const std::string& text);

/// The last fact that had happened by then, at least the first one, or the sentence that refuses
/// the moment: before the first fact, after `now`, or a sequence after the head.
[[nodiscard]] tl::expected<ledger::Sequence, std::string> fact_at(
    const projections::Past& past,
    domain::OrganizationId organization,
    ledger::Sequence head,
    const Moment& moment,
    domain::Timestamp now
);

inline constexpr std::string_view kNotAMoment = "Enter a valid date/time or sequence.";

}  // namespace consularia::api
