#pragma once
// The port to the delivery of webhooks: what it knows, and what it does when it is asked to.

#include "domain/ids.hpp"
#include "domain/webhook/delivery.hpp"
#include "domain/webhook/webhook.hpp"
#include "ledger/record/record.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace consularia::api {

/// What came of one attempt.
struct WebhookAttempt {
    std::optional<int> status;  ///< The answer's; empty if there was none.
    std::string body;           ///< UTF-8, at most 1 KiB.
    std::string error;          ///< Why there was no answer; one sentence without personal data.
};

/// Thread-safe. All functions throw StorageError if the machine fails.
class WebhookDeliveries {
  public:
    /// Called exactly once, on any thread.
    using Done = std::function<void(WebhookAttempt)>;

    virtual ~WebhookDeliveries() = default;

    /// Empty if it has not begun.
    [[nodiscard]] virtual std::optional<domain::WebhookProgress> progress(domain::WebhookId webhook
    ) const = 0;

    /// All that are remembered, a bounded number, the latest event last.
    [[nodiscard]] virtual std::vector<domain::WebhookDelivery> list(
        domain::OrganizationId organization, const domain::Webhook& webhook
    ) const = 0;

    /// Sends an event of the type `webhook.test` at once, whether the webhook is active or not.
    virtual void test(
        domain::OrganizationId organization, const domain::Webhook& webhook, Done done
    ) = 0;

    /// Sends the event of this sequence at once, whatever its status and the webhook's types.
    /// Precondition: the organization has this fact.
    virtual void redeliver(
        domain::OrganizationId organization,
        const domain::Webhook& webhook,
        ledger::Sequence sequence,
        Done done
    ) = 0;
};

}  // namespace consularia::api
