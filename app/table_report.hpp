#pragma once
// What the checks of table files have found, for the log, the metrics and /readyz.

#include "infra/check_options.hpp"
#include "infra/metrics.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace consularia::app {

/// Thread-safe.
class TableReport {
  public:
    /// The metrics outlive this.
    explicit TableReport(infra::Metrics& metrics) : metrics_(metrics) {}

    using Listener = std::function<void(const infra::CheckOptions::Report&)>;

    /// This outlives the listeners.
    [[nodiscard]] Listener of_ledger();
    [[nodiscard]] Listener of_read_store();

    /// Why the ledger takes no records any more; empty while no damage of it is known.
    [[nodiscard]] std::optional<std::string> ledger_damage() const;

  private:
    void take(
        const char* store, const char* consequence, const infra::CheckOptions::Report& report
    );

    infra::Metrics& metrics_;
    mutable std::mutex mutex_;  ///< Guards what follows.
    std::optional<std::string> ledger_damage_;
    std::set<std::string> told_;  ///< Damage, and what has been checked to its end.
};

}  // namespace consularia::app
