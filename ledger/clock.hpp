#pragma once
// The port to time.

#include "domain/time.hpp"

#include <chrono>

namespace consularia::ledger {

/// Thread-safe.
class Clock {
  public:
    using Steady = std::chrono::steady_clock::time_point;

    virtual ~Clock() = default;

    /// Wall clock, UTC.
    [[nodiscard]] virtual domain::Timestamp now() const = 0;
    /// For deadlines of waiting: never goes back.
    [[nodiscard]] virtual Steady steady() const = 0;
};

}  // namespace consularia::ledger
