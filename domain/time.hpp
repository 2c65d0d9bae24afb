#pragma once
// Moments in UTC with microseconds, and their input and output forms (docs/api.md, Datetimes).

#include <tl/expected.hpp>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace consularia::domain {

/// A moment: microseconds since 1970-01-01T00:00:00Z, negative before. Years 1 to 9999.
struct Timestamp {
    std::int64_t micros = 0;

    friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z.
inline constexpr Timestamp kEarliest{-62135596800000000};
inline constexpr Timestamp kLatest{253402300799999999};

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;

/// `2025-10-30T15:26:22Z`; six digits of fraction only when it is not zero:
/// `2025-10-30T15:26:22.539536Z`. Precondition: within kEarliest and kLatest.
[[nodiscard]] std::string format(Timestamp moment);

enum class DatetimeError { wrong_format, out_of_range };

/// Reads `YYYY-M-D`, then optionally `T` or a space and `H:MM[:SS[.f…]]` (or `,f…`), and after a
/// time optionally spaces and `Z`, `±HH`, `±HHMM` or `±HH:MM`; no zone means UTC. Fractions beyond
/// microseconds are cut. `out_of_range` when a well-formed value leaves the years 1 to 9999 in UTC.
[[nodiscard]] tl::expected<Timestamp, DatetimeError> parse_datetime(std::string_view text);

}  // namespace consularia::domain
