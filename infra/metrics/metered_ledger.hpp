#pragma once
// A ledger whose appends are counted and timed.

#include "infra/metrics/metrics.hpp"
#include "ledger/log/ledger.hpp"

#include <memory>

namespace consularia::infra {

/// Behaves like `ledger`. `metrics` outlives it.
[[nodiscard]] std::unique_ptr<ledger::Ledger> meter(
    std::unique_ptr<ledger::Ledger> ledger, Metrics& metrics
);

}  // namespace consularia::infra
