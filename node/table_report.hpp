#pragma once
// What the checks of table files have found, for the health, the metrics and the log.

#include "infra/metrics/metrics.hpp"
#include "infra/rocks/check_options.hpp"
#include "ledger/log/health.hpp"

#include <functional>
#include <mutex>
#include <set>
#include <string>

namespace consularia::node {

/// Thread-safe. Damage of the ledger is a trouble of the node until it is started again; damage of
/// the read store, which can be rebuilt, is logged once.
class TableReport {
  public:
    /// Both outlive this.
    TableReport(infra::Metrics& metrics, ledger::Health& health)
        : metrics_(metrics), health_(health) {}

    using Listener = std::function<void(const infra::rocks::CheckOptions::Report&)>;

    /// This outlives the listeners.
    [[nodiscard]] Listener of_ledger();
    [[nodiscard]] Listener of_read_store();

  private:
    void take(const char* store, const infra::rocks::CheckOptions::Report& report);
    [[nodiscard]] bool is_first(const std::string& sentence);

    infra::Metrics& metrics_;
    ledger::Health& health_;
    std::mutex mutex_;            ///< Guards what follows.
    std::set<std::string> told_;  ///< Damage, and what has been checked to its end.
};

}  // namespace consularia::node
