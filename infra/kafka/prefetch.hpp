#pragma once
// How much a ledger's tails hold of what nobody has taken yet, together.

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

    /// Whether a tail that holds so much should fetch no more: a slow one leaves some to the
    /// others.
    [[nodiscard]] bool is_spent(std::size_t by_one) const {
        return held_ >= budget_ || by_one >= budget_ / kMostOfOne;
    }

  private:
    static constexpr std::size_t kMostOfOne = 4;

    const std::size_t budget_;
    std::atomic<std::size_t> held_ = 0;
};

/// What librdkafka may hold itself until a tail has taken it: it counts for each partition alone.
[[nodiscard]] Settings fetch_settings(std::size_t budget, ledger::Partition partitions);

}  // namespace consularia::infra::kafka
