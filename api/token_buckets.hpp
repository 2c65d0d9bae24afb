#pragma once
// Token buckets: how often each of many clients may send a request in a minute.

#include "ledger/log/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace consularia::api {

/// Where a client stands after a request.
struct Standing {
    std::string_view policy;  ///< The name of the buckets.
    std::uint64_t quota = 0;  ///< A minute.
    bool allowed = true;
    std::uint64_t remaining = 0;          ///< The requests that remain.
    std::chrono::seconds full_after{0};   ///< Until the whole quota is back.
    std::chrono::seconds retry_after{0};  ///< For a request that is not allowed: until one is.
};

/// A bucket holds the quota of a minute and is refilled evenly. A request that finds it empty is
/// not counted. Thread-safe; an operation is logarithmic in the number of buckets.
///
/// The number of buckets is bounded: full ones are not stored, and if there is no room, the one
/// nearest to being full is forgotten. So a client that uses ever new addresses pushes out its own
/// buckets, and not that of a client that has used up its quota.
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
    /// Sorted by the moment at which they are full; the index refers to their keys.
    using Buckets = std::multimap<ledger::Clock::Steady, std::string>;

    void make_room(ledger::Clock::Steady now);

    const std::string_view policy_;
    const std::uint64_t quota_;
    const ledger::Clock::Steady::duration interval_;  ///< The time in which one token is added.
    const std::size_t max_buckets_;

    mutable std::mutex mutex_;  // guards everything below
    Buckets buckets_;
    std::unordered_map<std::string_view, Buckets::iterator> index_;
};

}  // namespace consularia::api
