#pragma once
// The metrics of webhooks.

#include "infra/metrics/gauges.hpp"

#include <cstddef>
#include <map>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::infra {

/// The webhooks that have a series of their own: those with the greatest lags.
inline constexpr std::size_t kShownWebhooks = 100;

class WebhookMetrics {
  public:
    explicit WebhookMetrics(prometheus::Registry& registry);

    /// Thread-safe.
    void attempts(std::string_view outcome, std::size_t times);

    /// For one thread at a time. Webhooks that are not among these are shown no longer.
    void show(std::vector<WebhookGauges> webhooks);

  private:
    prometheus::Family<prometheus::Counter>& attempts_;
    prometheus::Family<prometheus::Gauge>& by_state_;
    prometheus::Family<prometheus::Gauge>& lag_;
    prometheus::Family<prometheus::Gauge>& lag_sum_;
    std::map<std::string, prometheus::Gauge*> shown_;  ///< Gauges of lag_, by webhook.
};

}  // namespace consularia::infra
