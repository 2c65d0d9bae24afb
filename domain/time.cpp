#include "domain/time.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>

namespace consularia::domain {
namespace {

constexpr std::int64_t kMicrosPerHour = 60 * kMicrosPerMinute;

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Reads a text from left to right.
class Cursor {
  public:
    explicit Cursor(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }

    [[nodiscard]] bool at_digit() const { return !rest_.empty() && is_digit(rest_.front()); }

    bool take(char expected) {
        if (rest_.empty() || rest_.front() != expected) return false;
        rest_.remove_prefix(1);
        return true;
    }

    /// A number of min to max digits; takes as many as there are.
    std::optional<int> number(int min, int max) {
        int value = 0;
        int count = 0;
        for (; count < max && at_digit(); ++count) value = value * 10 + next_digit();
        return count < min ? std::nullopt : std::optional(value);
    }

    /// A number of min to max digits that is at most this large.
    std::optional<int> number_up_to(int limit, int min, int max) {
        const auto value = number(min, max);
        return value && *value <= limit ? value : std::nullopt;
    }

    /// One digit or more after the decimal sign, as microseconds; further digits are cut.
    std::optional<std::int64_t> fraction() {
        if (!at_digit()) return std::nullopt;
        std::int64_t micros = 0;
        for (std::int64_t unit = kMicrosPerSecond / 10; at_digit(); unit /= 10) {
            micros += unit * next_digit();
        }
        return micros;
    }

  private:
    int next_digit() {
        const int digit = rest_.front() - '0';
        rest_.remove_prefix(1);
        return digit;
    }

    std::string_view rest_;
};

/// `YYYY-M-D`, as microseconds since 1970.
std::optional<std::int64_t> read_date(Cursor& cursor) {
    const auto year = cursor.number(4, 4);
    if (!year || *year == 0 || !cursor.take('-')) return std::nullopt;
    const auto month = cursor.number(1, 2);
    if (!month || !cursor.take('-')) return std::nullopt;
    const auto day = cursor.number(1, 2);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{
        std::chrono::year(*year),
        std::chrono::month(static_cast<unsigned>(*month)),
        std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::microseconds(std::chrono::sys_days(date).time_since_epoch()).count();
}

/// `H:MM[:SS[.f…]]` or with `,f…`, as microseconds since midnight.
std::optional<std::int64_t> read_time(Cursor& cursor) {
    const auto hour = cursor.number_up_to(23, 1, 2);
    if (!hour || !cursor.take(':')) return std::nullopt;
    const auto minute = cursor.number_up_to(59, 2, 2);
    if (!minute) return std::nullopt;
    std::int64_t micros = *hour * kMicrosPerHour + *minute * kMicrosPerMinute;
    if (!cursor.take(':')) return micros;
    const auto second = cursor.number_up_to(59, 2, 2);
    if (!second) return std::nullopt;
    micros += *second * kMicrosPerSecond;
    if (!cursor.take('.') && !cursor.take(',')) return micros;
    const auto fraction = cursor.fraction();
    if (!fraction) return std::nullopt;
    return micros + *fraction;
}

/// `Z`, `±HH`, `±HHMM` or `±HH:MM`, as microseconds ahead of UTC.
std::optional<std::int64_t> read_zone(Cursor& cursor) {
    if (cursor.take('Z')) return 0;
    const bool behind = cursor.take('-');
    if (!behind && !cursor.take('+')) return std::nullopt;
    const auto hours = cursor.number_up_to(23, 2, 2);
    if (!hours) return std::nullopt;
    std::int64_t ahead = *hours * kMicrosPerHour;
    if (cursor.take(':') || cursor.at_digit()) {
        const auto minutes = cursor.number_up_to(59, 2, 2);
        if (!minutes) return std::nullopt;
        ahead += *minutes * kMicrosPerMinute;
    }
    return behind ? -ahead : ahead;
}

/// The whole text, as microseconds since 1970 in UTC.
std::optional<std::int64_t> read_datetime(std::string_view text) {
    Cursor cursor(text);
    const auto date = read_date(cursor);
    if (!date || cursor.at_end()) return date;
    if (!cursor.take('T') && !cursor.take(' ')) return std::nullopt;
    const auto time = read_time(cursor);
    if (!time) return std::nullopt;
    if (cursor.at_end()) return *date + *time;
    while (cursor.take(' ')) {
    }
    const auto zone = read_zone(cursor);
    if (!zone || !cursor.at_end()) return std::nullopt;
    return *date + *time - *zone;
}

/// Writes the number with leading zeros and returns the end of what it wrote.
char* put(char* out, std::int64_t number, std::ptrdiff_t digits) {
    for (char* place = out + digits; place != out; number /= 10) {
        *--place = static_cast<char>('0' + number % 10);
    }
    return out + digits;
}

}  // namespace

std::string format(Timestamp moment) {
    const std::chrono::microseconds since_epoch(moment.micros);
    const auto days = std::chrono::floor<std::chrono::days>(since_epoch);
    const std::chrono::year_month_day date{std::chrono::sys_days(days)};
    const std::int64_t of_day = (since_epoch - days).count();
    const std::int64_t fraction = of_day % kMicrosPerSecond;

    char text[] = "YYYY-MM-DDThh:mm:ss.uuuuuuZ";
    char* end = put(text, static_cast<int>(date.year()), 4) + 1;
    end = put(end, static_cast<unsigned>(date.month()), 2) + 1;
    end = put(end, static_cast<unsigned>(date.day()), 2) + 1;
    end = put(end, of_day / kMicrosPerHour, 2) + 1;
    end = put(end, of_day / kMicrosPerMinute % 60, 2) + 1;
    end = put(end, of_day / kMicrosPerSecond % 60, 2);
    if (fraction != 0) end = put(end + 1, fraction, 6);
    *end++ = 'Z';
    return {text, end};
}

tl::expected<Timestamp, DatetimeError> parse_datetime(std::string_view text) {
    const auto micros = read_datetime(text);
    if (!micros) return tl::unexpected(DatetimeError::wrong_format);
    const Timestamp moment{*micros};
    if (moment < kEarliest || moment > kLatest) return tl::unexpected(DatetimeError::out_of_range);
    return moment;
}

}  // namespace consularia::domain
