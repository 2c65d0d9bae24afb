#pragma once
// The log's share in health: what fails is told when it begins, while it lasts and when it is over.

#include "ledger/log/health.hpp"
#include "node/periodic.hpp"

namespace consularia::node {

/// The only one who takes the health's news.
class HealthLog {
  public:
    /// The health outlives this.
    explicit HealthLog(ledger::Health& health);
    HealthLog(const HealthLog&) = delete;
    HealthLog& operator=(const HealthLog&) = delete;
    /// After one last look.
    ~HealthLog();

  private:
    void look();

    ledger::Health& health_;
    Periodic thread_;
};

}  // namespace consularia::node
