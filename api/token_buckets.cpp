#include "api/token_buckets.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace consularia::api {

namespace {

using Steady = ledger::Clock::Steady;

constexpr Steady::duration kWindow = std::chrono::minutes(1);

/// How many full buckets one operation forgets: more than it can add.
constexpr int kForgotten = 2;

}  // namespace

TokenBuckets::TokenBuckets(
    std::string_view policy, std::uint64_t per_minute, std::size_t max_buckets
)
    : policy_(policy),
      quota_(per_minute),
      interval_(kWindow / static_cast<Steady::rep>(per_minute)),
      max_buckets_(max_buckets) {}

Standing TokenBuckets::take(std::string_view key, Steady now) {
    Standing standing{policy_, quota_};
    const std::lock_guard lock(mutex_);
    const auto found = index_.find(key);
    const Steady full_before = found == index_.end() ? now : std::max(now, found->second->first);
    Steady full = full_before + interval_;
    if (full > now + kWindow) {
        standing.allowed = false;
        standing.retry_after = std::chrono::ceil<std::chrono::seconds>(full - now - kWindow);
        full = full_before;
    } else if (found == index_.end()) {
        make_room(now);
        const auto bucket = buckets_.emplace(full, key);
        index_.emplace(bucket->second, bucket);
    } else {
        auto bucket = buckets_.extract(found->second);
        bucket.key() = full;
        found->second = buckets_.insert(std::move(bucket));
    }
    standing.remaining = static_cast<std::uint64_t>((now + kWindow - full) / interval_);
    standing.full_after = std::chrono::ceil<std::chrono::seconds>(full - now);
    return standing;
}

void TokenBuckets::make_room(Steady now) {
    for (int i = 0; i < kForgotten && !buckets_.empty(); ++i) {
        const auto oldest = buckets_.begin();
        if (oldest->first > now && buckets_.size() < max_buckets_) return;
        index_.erase(oldest->second);
        buckets_.erase(oldest);
    }
}

std::size_t TokenBuckets::size() const {
    const std::lock_guard lock(mutex_);
    return buckets_.size();
}

}  // namespace consularia::api
