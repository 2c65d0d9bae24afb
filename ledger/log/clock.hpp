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

    /// Why the wall clock must not be trusted, as one sentence; empty if it can be.
    [[nodiscard]] virtual std::optional<std::string> problem() const { return std::nullopt; }

    /// For deadlines of waits: never goes back.
    [[nodiscard]] virtual Steady steady() const = 0;
};

}  // namespace consularia::ledger
