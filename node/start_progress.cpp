#include "node/start_progress.hpp"

#include "ledger/log/storage_error.hpp"

#include <algorithm>
#include <spdlog/spdlog.h>
#include <utility>

namespace consularia::node {

namespace {

/// Before that a rate means nothing.
constexpr std::chrono::seconds kFirstEstimate{1};

std::string in_words(std::uint64_t seconds) {
    constexpr std::uint64_t kMinute = 60;
    constexpr std::uint64_t kHour = 60 * kMinute;
    if (seconds < kMinute) return std::to_string(std::max<std::uint64_t>(1, seconds)) + " s";
    if (seconds < 2 * kHour) return std::to_string((seconds + kMinute / 2) / kMinute) + " min";
    return std::to_string((seconds + kHour / 2) / kHour) + " h";
}

}  // namespace

void StartProgress::begin(std::string what, Look look) {
    const std::lock_guard lock(mutex_);
    what_ = std::move(what);
    look_ = std::move(look);
    first_ = look_now();
    begun_at_ = clock_.steady();
}

void StartProgress::end() {
    const std::lock_guard lock(mutex_);
    look_ = {};
}

std::string StartProgress::text() const {
    const std::lock_guard lock(mutex_);
    const auto [now, per_second, left] = estimate_now();
    if (now.total == 0) return what_;
    const auto percent = static_cast<std::uint64_t>(
        static_cast<double>(now.done) * 100 / static_cast<double>(now.total)
    );
    const auto known = what_ + ": " + std::to_string(percent) + " %";
    if (!left) return known;
    return known + ", " + in_words(static_cast<std::uint64_t>(left->count())) + " left at " +
           std::to_string(std::max<std::uint64_t>(1, static_cast<std::uint64_t>(per_second))) +
           "/s";
}

StartProgress::Estimate StartProgress::estimate() const {
    const std::lock_guard lock(mutex_);
    return estimate_now();
}

/// A store that cannot be read is reported where the work is done. Precondition: the mutex is held.
StartProgress::Measure StartProgress::look_now() const {
    try {
        return look_ ? look_() : Measure{};
    } catch (const ledger::StorageError&) {
        return {};
    }
}

/// Precondition: the mutex is held.
StartProgress::Estimate StartProgress::estimate_now() const {
    Estimate now;
    now.measure = look_now();
    now.measure.done = std::min(now.measure.done, now.measure.total);
    const auto [done, total] = now.measure;
    const std::chrono::duration<double> elapsed = clock_.steady() - begun_at_;
    if (elapsed < kFirstEstimate || done <= first_.done) return now;
    now.per_second = static_cast<double>(done - first_.done) / elapsed.count();
    now.left = std::chrono::duration<double>(static_cast<double>(total - done) / now.per_second);
    return now;
}

ProgressLog::ProgressLog(const StartProgress& progress, std::chrono::milliseconds every)
    : thread_(every, [&progress] { spdlog::info("{}", progress.text()); }) {}

}  // namespace consularia::node
