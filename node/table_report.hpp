#pragma once
// Reports the results of the checks of table files to the health, the metrics and the log.

#include "infra/metrics/metrics.hpp"
#include "infra/rocks/check_options.hpp"
#include "ledger/log/health.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>

namespace consularia::node {

/// Thread-safe. What several databases of a name report is added up. Damage of the ledger is a
/// failure of the node until its next start; damage of what can be made again is logged once.
class TableReport {
  public:
    /// Both outlive this.
    TableReport(infra::Metrics& metrics, ledger::Health& health)
        : metrics_(metrics), health_(health) {}

    using Listener = std::function<void(const infra::rocks::CheckOptions::Report&)>;

    /// This outlives the listeners.
    [[nodiscard]] Listener of_ledger();
    [[nodiscard]] Listener of_journal();
    [[nodiscard]] Listener of_read_store();

  private:
    [[nodiscard]] Listener of_copy(const char* store);
    void take(const char* store, const infra::rocks::CheckOptions::Report& report);

    struct Sum {
        std::size_t sound = 0;
        std::size_t unchecked = 0;
        std::size_t damaged = 0;
    };

    [[nodiscard]] Sum add_up(const char* store, const infra::rocks::CheckOptions::Report& report);
    [[nodiscard]] bool is_first(const std::string& sentence);

    infra::Metrics& metrics_;
    ledger::Health& health_;
    std::mutex mutex_;  ///< Guards what follows.
    /// The damage and the completed checks that were already logged.
    std::set<std::string> logged_;
    using Reports = std::map<std::filesystem::path, infra::rocks::CheckOptions::Report>;
    std::map<std::string, Reports> latest_;  ///< The latest of each database, by its name.
};

}  // namespace consularia::node
