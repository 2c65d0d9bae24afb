#pragma once
// The machine's own time.

#include "infra/clock_guard.hpp"
#include "ledger/log/clock.hpp"

namespace consularia::infra {

class SystemClock final : public ledger::Clock {
  public:
    /// How far the wall clock may jump ahead before it is a problem (0: any distance).
    explicit SystemClock(std::chrono::seconds max_jump = {}) : guard_(max_jump) {}

    [[nodiscard]] domain::Timestamp now() const override;
    [[nodiscard]] std::optional<std::string> problem() const override;
    [[nodiscard]] Steady steady() const override;

  private:
    mutable ClockGuard guard_;
};

}  // namespace consularia::infra
