#pragma once
// Moments in UTC with microseconds, and their input and output forms (docs/api.md, Datetimes).

#include <tl/expected.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace consularia::domain {

/// A moment of the years 1 to 9999. Nanoseconds, the clock's own unit, end in 2262.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z.
inline constexpr Timestamp kEarliest = std::chrono::sys_days(std::chrono::year(1) / 1 / 1);
inline constexpr Timestamp kLatest =
    std::chrono::sys_days(std::chrono::year(10000) / 1 / 1) - std::chrono::microseconds(1);

/// `2025-10-30T15:26:22Z`; six digits of fraction only when it is not zero:
/// `2025-10-30T15:26:22.539536Z`. Precondition: within kEarliest and kLatest.
[[nodiscard]] std::string format(Timestamp moment);

enum class DatetimeError { wrong_format, out_of_range };

/// Reads `YYYY-M-D`, then optionally `T` or a space and `H:MM[:SS[.f…]]` (or `,f…`), and after a
/// time optionally spaces and `Z`, `±HH`, `±HHMM` or `±HH:MM`; no zone means UTC. Fractions beyond
/// microseconds are cut. `out_of_range` when a well-formed value leaves the years 1 to 9999 in UTC.
[[nodiscard]] tl::expected<Timestamp, DatetimeError> parse_datetime(std::string_view text);

}  // namespace consularia::domain
