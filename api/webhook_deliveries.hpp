#pragma once
// The port to the delivery of webhooks: what it knows, and what it does when it is asked to.

#include "base/enum_names.hpp"
#include "domain/ids.hpp"
#include "domain/time.hpp"
#include "domain/webhook/webhook.hpp"
#include "ledger/record/record.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::api {

enum class EndpointState : std::uint8_t { ok, retrying, failing };

[[nodiscard]] constexpr std::string_view to_string(EndpointState state) {
    switch (state) {
        case EndpointState::ok:
            return "ok";
        case EndpointState::retrying:
            return "retrying";
        case EndpointState::failing:
            return "failing";
    }
    return "";
}

/// How far a webhook has got.
struct WebhookProgress {
    ledger::Sequence start = 0;     ///< domain::DeliveryStart::set_by of what this is progress of.
    ledger::Sequence position = 0;  ///< Everything up to here is delivered or left out.
    EndpointState state = EndpointState::ok;
};

enum class DeliveryStatus : std::uint8_t { pending, delivered, failed };

[[nodiscard]] constexpr std::string_view to_string(DeliveryStatus status) {
    switch (status) {
        case DeliveryStatus::pending:
            return "pending";
        case DeliveryStatus::delivered:
            return "delivered";
        case DeliveryStatus::failed:
            return "failed";
    }
    return "";
}

/// What is known of the delivery of one event.
struct WebhookDelivery {
    ledger::Sequence sequence = 0;
    std::string type;  ///< The event's.
    DeliveryStatus status = DeliveryStatus::pending;
    std::uint32_t attempts = 0;
    std::optional<domain::Timestamp> next_attempt_at;
    std::optional<int> last_status;
    std::string last_error;  ///< Empty if there was an answer.
    std::string last_body;   ///< UTF-8, at most 1 KiB.
};

/// What came of one attempt.
struct WebhookAttempt {
    std::optional<int> status;  ///< Of the answer; empty if there was none.
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
    [[nodiscard]] virtual std::optional<WebhookProgress> progress(domain::WebhookId webhook
    ) const = 0;

    /// All that are remembered, a bounded number, the latest event last.
    [[nodiscard]] virtual std::vector<WebhookDelivery> list(
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
