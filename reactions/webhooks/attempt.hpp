#pragma once
// One attempt to deliver one event: the request, and what its answer means.

#include "domain/ids.hpp"
#include "ledger/record/readable_event.hpp"
#include "ledger/record/record.hpp"
#include "reactions/webhooks/sender.hpp"

#include <tl/expected.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace consularia::reactions::webhooks {

/// What the header webhook-id says of an event, the same at each attempt.
[[nodiscard]] std::string message_id(domain::WebhookId webhook, ledger::Sequence sequence);

/// What came of an attempt.
struct Attempt {
    std::optional<int> status;  ///< Empty: there was no answer.
    std::string error;          ///< Then: why, in one sentence.
    std::string body;           ///< The beginning of the answer, as UTF-8.
    std::optional<std::chrono::seconds> retry_after;

    /// Any 2xx.
    [[nodiscard]] bool delivered() const { return status && *status / 100 == 2; }

    /// 410: the endpoint wants no events any more.
    [[nodiscard]] bool gone() const { return status == 410; }
};

[[nodiscard]] Attempt attempt_of(const tl::expected<Posted, std::string>& posted);

/// An event that says nothing, to try an endpoint with: `dev.consularia.webhook.test`.
[[nodiscard]] std::string test_event(
    domain::OrganizationId organization,
    domain::WebhookId webhook,
    domain::EventId id,
    domain::Timestamp now
);

}  // namespace consularia::reactions::webhooks
