#pragma once
// Reads the header field Retry-After.

#include <chrono>
#include <optional>
#include <string_view>

namespace consularia::infra::http {

/// Seconds, or a date in the form that RFC 9110 (5.6.7) prescribes; a date in the past is 0. Empty
/// for anything else.
[[nodiscard]] std::optional<std::chrono::seconds> parse_retry_after(
    std::string_view text, std::chrono::system_clock::time_point now
);

}  // namespace consularia::infra::http
