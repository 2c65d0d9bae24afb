#include "domain/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace consularia::domain {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

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

    /// The part of a second after the decimal sign: one digit or more; further ones are cut.
    std::optional<microseconds> fraction() {
        if (!at_digit()) return std::nullopt;
        microseconds part{0};
        for (microseconds unit = seconds(1); at_digit();) {
            unit /= 10;
            part += unit * next_digit();
        }
        return part;
    }

  private:
    int next_digit() {
        const int digit = rest_.front() - '0';
        rest_.remove_prefix(1);
        return digit;
    }

    std::string_view rest_;
};

/// `YYYY-M-D`
std::optional<sys_days> read_date(Cursor& cursor) {
    const auto year = cursor.number(4, 4);
    if (!year || *year == 0 || !cursor.take('-')) return std::nullopt;
    const auto month = cursor.number(1, 2);
    if (!month || !cursor.take('-')) return std::nullopt;
    const auto day = cursor.number(1, 2);
    if (!day) return std::nullopt;
    const year_month_day date{
        std::chrono::year(*year),
        std::chrono::month(static_cast<unsigned>(*month)),
        std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return sys_days(date);
}

/// `H:MM[:SS[.f…]]` or with `,f…`, as the time since midnight.
std::optional<microseconds> read_time(Cursor& cursor) {
    const auto hour = cursor.number_up_to(23, 1, 2);
    if (!hour || !cursor.take(':')) return std::nullopt;
    const auto minute = cursor.number_up_to(59, 2, 2);
    if (!minute) return std::nullopt;
    microseconds time = hours(*hour) + minutes(*minute);
    if (!cursor.take(':')) return time;
    const auto second = cursor.number_up_to(59, 2, 2);
    if (!second) return std::nullopt;
    time += seconds(*second);
    if (!cursor.take('.') && !cursor.take(',')) return time;
    const auto fraction = cursor.fraction();
    if (!fraction) return std::nullopt;
    return time + *fraction;
}

/// `Z`, `±HH`, `±HHMM` or `±HH:MM`, as the time ahead of UTC.
std::optional<minutes> read_zone(Cursor& cursor) {
    if (cursor.take('Z')) return minutes(0);
    const bool behind = cursor.take('-');
    if (!behind && !cursor.take('+')) return std::nullopt;
    const auto hour = cursor.number_up_to(23, 2, 2);
    if (!hour) return std::nullopt;
    minutes ahead = hours(*hour);
    if (cursor.take(':') || cursor.at_digit()) {
        const auto minute = cursor.number_up_to(59, 2, 2);
        if (!minute) return std::nullopt;
        ahead += minutes(*minute);
    }
    return behind ? -ahead : ahead;
}

/// The whole text, of any year in UTC.
std::optional<Timestamp> read_datetime(std::string_view text) {
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
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const year_month_day date(day);
    const std::chrono::hh_mm_ss time(moment - day);
    const auto fraction = time.subseconds().count();

    char text[] = "YYYY-MM-DDThh:mm:ss.uuuuuuZ";
    char* end = put(text, static_cast<int>(date.year()), 4) + 1;
    end = put(end, static_cast<unsigned>(date.month()), 2) + 1;
    end = put(end, static_cast<unsigned>(date.day()), 2) + 1;
    end = put(end, time.hours().count(), 2) + 1;
    end = put(end, time.minutes().count(), 2) + 1;
    end = put(end, time.seconds().count(), 2);
    if (fraction != 0) end = put(end + 1, fraction, 6);
    *end++ = 'Z';
    return {text, end};
}

tl::expected<Timestamp, DatetimeError> parse_datetime(std::string_view text) {
    const auto moment = read_datetime(text);
    if (!moment) return tl::unexpected(DatetimeError::wrong_format);
    if (*moment < kEarliest || *moment > kLatest) {
        return tl::unexpected(DatetimeError::out_of_range);
    }
    return *moment;
}

}  // namespace consularia::domain
