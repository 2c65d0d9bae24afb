#include "cli/report_gaps.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace consularia::cli {

namespace {

std::optional<domain::Timestamp> moment_of(const ExportSummary& summary, std::uint64_t sequence) {
    const auto moment = domain::parse_datetime(summary.time_of(sequence));
    if (!moment) return std::nullopt;
    return *moment;
}

/// The time that any of them covers; they may overlap.
std::chrono::microseconds covered_by(std::vector<Gap> gaps) {
    std::ranges::sort(gaps, {}, &Gap::begin);
    std::chrono::microseconds total{0};
    auto until = domain::kEarliest;
    for (const auto& gap : gaps) {
        const auto begin = std::max(gap.begin, until);
        if (gap.end > begin) total += gap.end - begin;
        until = std::max(until, gap.end);
    }
    return total;
}

}  // namespace

std::optional<Gap> Gaps::largest() const {
    const auto found = std::ranges::max_element(all, {}, &Gap::length);
    return found == all.end() ? std::nullopt : std::optional(*found);
}

std::vector<StampedHead> stamped_heads(
    const std::vector<AuditHead>& heads, const std::vector<AuditStamp>& stamps
) {
    std::map<std::uint64_t, domain::Timestamp> times;
    for (const auto& stamp : stamps) {
        const auto* const stamped = find_stamped(stamp, heads);
        if (stamped == nullptr) continue;
        const auto [at, added] = times.try_emplace(stamped->head.size, stamp.time);
        if (!added) at->second = std::min(at->second, stamp.time);
    }
    std::vector<StampedHead> found;
    for (const auto& [size, time] : times) found.push_back({size, time});
    auto earliest = domain::kLatest;
    for (auto head = found.rbegin(); head != found.rend(); ++head) {
        earliest = head->time = std::min(head->time, earliest);
    }
    return found;
}

void remember_times(
    ExportSummary& summary, const std::vector<StampedHead>& stamped, std::uint64_t after
) {
    summary.remember_time_of(after + 1);
    for (const auto& head : stamped) summary.remember_time_of(head.size + 1);
}

Gaps find_gaps(
    const ExportSummary& summary,
    const std::vector<StampedHead>& stamped,
    std::uint64_t after,
    const Period& period
) {
    Gaps gaps;
    const auto add = [&](Gap gap) {
        const auto begin = moment_of(summary, gap.first);
        if (!begin) return;  // The record cannot be read, or there is none.
        gap.begin = *begin;
        gap.end = std::max(gap.end, gap.begin);
        if (gap.begin < period.to && period.from <= gap.end) gaps.all.push_back(gap);
    };
    auto covered = after;
    for (const auto& head : stamped) {
        if (head.size <= covered) continue;
        add({covered + 1, head.size, {}, head.time, true});
        covered = head.size;
    }
    if (covered < summary.last()) {
        const auto last = domain::parse_datetime(summary.last_time());
        add({covered + 1, summary.last(), {}, last ? *last : domain::kEarliest, false});
    }
    gaps.total = covered_by(gaps.all);
    return gaps;
}

std::string duration_text(std::chrono::microseconds length) {
    constexpr std::array<std::pair<std::int64_t, const char*>, 4> kUnits{
        {{86'400, " d"}, {3600, " h"}, {60, " min"}, {1, " s"}}};
    auto seconds = std::chrono::floor<std::chrono::seconds>(length).count();
    std::string text;
    for (const auto& [unit, name] : kUnits) {
        const auto count = seconds / unit;
        seconds %= unit;
        if (count > 0 || (unit == 1 && text.empty())) {
            text += (text.empty() ? "" : " ") + std::to_string(count) + name;
        }
    }
    return text;
}

}  // namespace consularia::cli
