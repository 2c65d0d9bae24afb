#pragma once
// The port to time.

#include "domain/time.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace consularia::ledger {

/// Thread-safe.
class Clock {
  public:
    using Steady = std::chrono::steady_clock::time_point;

    virtual ~Clock() = default;

    /// Wall clock, UTC.
    [[nodiscard]] virtual domain::Timestamp now() const = 0;

    /// Why the wall clock is not to be acted upon, as one sentence; empty when it is.
    [[nodiscard]] virtual std::optional<std::string> problem() const { return std::nullopt; }

    /// For deadlines of waiting: never goes back.
    [[nodiscard]] virtual Steady steady() const = 0;
};

}  // namespace consularia::ledger
