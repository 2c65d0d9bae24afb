#pragma once
// The total of what a ledger's tails hold that has not been taken yet.

#include "infra/kafka/support.hpp"
#include "ledger/log/ledger.hpp"

#include <atomic>
#include <cstddef>

namespace consularia::infra::kafka {

/// Thread-safe.
class Prefetch {
  public:
    explicit Prefetch(std::size_t budget) : budget_(budget) {}

    void add(std::size_t bytes) { held_ += bytes; }

    void remove(std::size_t bytes) { held_ -= bytes; }

    [[nodiscard]] std::size_t held() const { return held_; }

    /// Whether a tail that holds this much should stop fetching: a slow tail leaves some of the
    /// budget to the others.
    [[nodiscard]] bool is_spent(std::size_t by_one) const {
        return held_ >= budget_ || by_one >= budget_ / kMostOfOne;
    }

  private:
    static constexpr std::size_t kMostOfOne = 4;

    const std::size_t budget_;
    std::atomic<std::size_t> held_ = 0;
};

/// Limits of what librdkafka itself may hold until a tail has taken it; librdkafka counts per
/// partition.
[[nodiscard]] Settings fetch_settings(std::size_t budget, ledger::Partition partitions);

}  // namespace consularia::infra::kafka
