#pragma once
// Token buckets: how often each of many may come in a minute.

#include "ledger/log/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace consularia::api {

/// Where one stands after it has come.
struct Standing {
    std::string_view policy;  ///< The name of the buckets.
    std::uint64_t quota = 0;  ///< A minute.
    bool allowed = true;
    std::uint64_t remaining = 0;      ///< How often it may come at once.
    std::uint64_t full_after_s = 0;   ///< Until the whole quota is there again.
    std::uint64_t retry_after_s = 0;  ///< Of one that is not allowed: until it is.
};

/// A bucket holds the quota of a minute and is filled evenly. Who finds it empty is not counted.
/// Thread-safe; an operation takes the logarithm of their number.
///
/// So many buckets at most are remembered: full ones say nothing, and when there is no room, the
/// one that is nearest to being full is forgotten. So whoever comes from ever new addresses makes
/// room with its own buckets, and not with that of one who has used up its quota.
class TokenBuckets {
  public:
    static constexpr std::size_t kMaxBuckets = 65'536;

    /// `policy` lives as long as this. Precondition: `per_minute` is not 0.
    TokenBuckets(
        std::string_view policy, std::uint64_t per_minute, std::size_t max_buckets = kMaxBuckets
    );

    [[nodiscard]] Standing take(std::string_view key, ledger::Clock::Steady now);

    [[nodiscard]] std::size_t size() const;

  private:
    /// By the moment at which they are full; their keys are what the index looks at.
    using Buckets = std::multimap<ledger::Clock::Steady, std::string>;

    void make_room(ledger::Clock::Steady now);

    const std::string_view policy_;
    const std::uint64_t quota_;
    const ledger::Clock::Steady::duration interval_;  ///< In which one token flows in.
    const std::size_t max_buckets_;

    mutable std::mutex mutex_;  // guards everything below
    Buckets buckets_;
    std::unordered_map<std::string_view, Buckets::iterator> index_;
};

}  // namespace consularia::api
