#pragma once
// The machine's own time.

#include "ledger/clock.hpp"

namespace consularia::infra {

class SystemClock final : public ledger::Clock {
  public:
    [[nodiscard]] domain::Timestamp now() const override;
    [[nodiscard]] Steady steady() const override;
};

}  // namespace consularia::infra
