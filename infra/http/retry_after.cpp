#include "infra/http/retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <system_error>

namespace consularia::infra::http {

namespace {

std::optional<std::int64_t> parse_digits(std::string_view text) {
    std::int64_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc::result_out_of_range && stop == end && text.front() != '-') {
        return INT32_MAX;  // "for ever"
    }
    if (error != std::errc{} || stop != end || text.front() == '-') return std::nullopt;
    return std::min<std::int64_t>(number, INT32_MAX);
}

std::optional<unsigned> month_of(std::string_view name) {
    constexpr std::array<std::string_view, 12> kNames{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto* const found = std::ranges::find(kNames, name);
    if (found == kNames.end()) return std::nullopt;
    return static_cast<unsigned>(found - kNames.begin()) + 1;
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
std::optional<std::chrono::system_clock::time_point> parse_date(std::string_view text) {
    constexpr std::string_view kPattern = "Sun, 06 Nov 1994 08:49:37 GMT";
    if (text.size() != kPattern.size() || !text.ends_with(" GMT")) return std::nullopt;
    const auto day = parse_digits(text.substr(5, 2));
    const auto month = month_of(text.substr(8, 3));
    const auto year = parse_digits(text.substr(12, 4));
    const auto hour = parse_digits(text.substr(17, 2));
    const auto minute = parse_digits(text.substr(20, 2));
    const auto second = parse_digits(text.substr(23, 2));
    if (!day || !month || !year || !hour || !minute || !second) return std::nullopt;
    const std::chrono::year_month_day date(
        std::chrono::year(static_cast<int>(*year)),
        std::chrono::month(*month),
        std::chrono::day(static_cast<unsigned>(*day))
    );
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           std::chrono::seconds(*second);
}

}  // namespace

std::optional<std::chrono::seconds> parse_retry_after(
    std::string_view text, std::chrono::system_clock::time_point now
) {
    if (text.empty()) return std::nullopt;
    if (const auto seconds = parse_digits(text)) return std::chrono::seconds(*seconds);
    const auto date = parse_date(text);
    if (!date) return std::nullopt;
    return std::max(std::chrono::ceil<std::chrono::seconds>(*date - now), std::chrono::seconds(0));
}

}  // namespace consularia::infra::http
