#pragma once
// Logs failures: when they begin, while they last and when they are over.

#include "base/periodic.hpp"
#include "ledger/log/health.hpp"

namespace consularia::node {

/// The only consumer of the health's news.
class HealthLog {
  public:
    /// The health outlives this.
    explicit HealthLog(ledger::Health& health);
    HealthLog(const HealthLog&) = delete;
    HealthLog& operator=(const HealthLog&) = delete;
    /// Looks once more.
    ~HealthLog();

  private:
    void look();

    ledger::Health& health_;
    Periodic thread_;
};

}  // namespace consularia::node
