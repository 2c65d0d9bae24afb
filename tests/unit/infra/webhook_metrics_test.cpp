// Webhooks are counted by state; those that wait most have a series of their own.
#include "infra/metrics/webhook_metrics.hpp"

#include "infra/metrics/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace consularia::infra {
namespace {

using testing::HasSubstr;
using testing::Not;

class WebhookMetricsTest : public testing::Test {
  protected:
    WebhookMetricsTest() {
        metrics_.watch_webhooks([this] { return webhooks_; });
    }

    Metrics metrics_;
    std::vector<WebhookGauges> webhooks_;
};

TEST_F(WebhookMetricsTest, StatesAndLagsAreShown) {
    webhooks_ = {{"a", "ok", 0}, {"b", "failing", 7}, {"c", "ok", 2}};
    const auto text = metrics_.expose();
    EXPECT_THAT(text, HasSubstr("consularia_webhooks{state=\"ok\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("consularia_webhooks{state=\"retrying\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("consularia_webhooks{state=\"failing\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("consularia_webhook_lag_events{webhook=\"b\"} 7\n"));
    EXPECT_THAT(text, HasSubstr("consularia_webhooks_lag_events 9\n"));
}

TEST_F(WebhookMetricsTest, AWebhookThatIsGoneIsShownNoLonger) {
    webhooks_ = {{"a", "ok", 1}};
    EXPECT_THAT(metrics_.expose(), HasSubstr("webhook=\"a\""));
    webhooks_.clear();
    EXPECT_THAT(metrics_.expose(), Not(HasSubstr("webhook=\"a\"")));
}

TEST_F(WebhookMetricsTest, TheNumberOfSeriesIsBounded) {
    for (std::size_t lag = 0; lag <= kShownWebhooks; ++lag) {
        webhooks_.push_back({"w" + std::to_string(lag), "ok", lag});
    }
    const auto text = metrics_.expose();
    EXPECT_THAT(text, Not(HasSubstr("webhook=\"w0\"")));
    EXPECT_THAT(text, HasSubstr("webhook=\"w1\""));
    EXPECT_THAT(text, HasSubstr("webhook=\"w100\""));
}

TEST_F(WebhookMetricsTest, AttemptsAreCountedByWhatCameOfThem) {
    metrics_.webhook_attempt("delivered", 0);
    EXPECT_THAT(metrics_.expose(), HasSubstr("webhook_attempts_total{outcome=\"delivered\"} 0\n"));
    metrics_.webhook_attempt("delivered");
    EXPECT_THAT(metrics_.expose(), HasSubstr("webhook_attempts_total{outcome=\"delivered\"} 1\n"));
}

}  // namespace
}  // namespace consularia::infra
