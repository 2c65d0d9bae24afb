#include "infra/metrics/webhook_metrics.hpp"

#include <algorithm>
#include <cstdint>
#include <set>

namespace consularia::infra {

namespace {

constexpr const char* kStates[] = {"ok", "retrying", "failing"};

}  // namespace

WebhookMetrics::WebhookMetrics(prometheus::Registry& registry)
    : attempts_(prometheus::BuildCounter()
                    .Name("consularia_webhook_attempts_total")
                    .Help("Posts to webhooks, by what came of them")
                    .Register(registry)),
      by_state_(prometheus::BuildGauge()
                    .Name("consularia_webhooks")
                    .Help("Active webhooks that this node delivers to, by the endpoint's state")
                    .Register(registry)),
      lag_(prometheus::BuildGauge()
               .Name("consularia_webhook_lag_events")
               .Help("Events that are not delivered or left out; of the webhooks with the most")
               .Register(registry)),
      lag_sum_(prometheus::BuildGauge()
                   .Name("consularia_webhooks_lag_events")
                   .Help("The same of all webhooks together")
                   .Register(registry)) {}

void WebhookMetrics::attempts(std::string_view outcome, std::size_t times) {
    attempts_.Add({{"outcome", std::string(outcome)}}).Increment(static_cast<double>(times));
}

void WebhookMetrics::show(std::vector<WebhookGauges> webhooks) {
    std::map<std::string, std::size_t> states;
    std::uint64_t sum = 0;
    for (const auto& one : webhooks) {
        ++states[one.state];
        sum += one.lag;
    }
    for (const auto* state : kStates) {
        by_state_.Add({{"state", state}}).Set(static_cast<double>(states[state]));
    }
    lag_sum_.Add({}).Set(static_cast<double>(sum));
    std::ranges::sort(webhooks, std::greater(), &WebhookGauges::lag);
    if (webhooks.size() > kShownWebhooks) webhooks.resize(kShownWebhooks);
    std::set<std::string> gone;
    for (const auto& [webhook, gauge] : shown_) gone.insert(webhook);
    for (const auto& one : webhooks) {
        gone.erase(one.webhook);
        auto& gauge = lag_.Add({{"webhook", one.webhook}});
        gauge.Set(static_cast<double>(one.lag));
        shown_[one.webhook] = &gauge;
    }
    for (const auto& webhook : gone) {
        lag_.Remove(shown_.at(webhook));
        shown_.erase(webhook);
    }
}

}  // namespace consularia::infra
