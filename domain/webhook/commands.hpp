#pragma once
// What clients, and the delivery, can ask of a webhook. Ids of new things are part of the command,
// so that deciding it again yields the same things.

#include "domain/webhook/events.hpp"

#include <chrono>
#include <optional>
#include <variant>
#include <vector>

namespace consularia::domain {

struct RegisterWebhook {
    WebhookId id;
    WebhookSettings settings;
};

/// `expected`: the versions of the webhook that the caller accepts (If-Match); empty: any.
struct UpdateWebhook {
    WebhookId id;
    std::optional<std::vector<Version>> expected;
    std::optional<WebhookUrl> url;
    std::optional<WebhookTypes> types;
    std::optional<WebhookDescription> description;
    std::optional<WebhookPayload> payload;
    std::optional<bool> active;
};

/// Replaces the secret of this generation, which the caller has seen. If it was replaced already,
/// nothing happens: two rotations at the same time are one.
struct RotateWebhookSecret {
    WebhookId id;
    std::optional<std::vector<Version>> expected;
    SecretGeneration generation = 0;
    std::chrono::microseconds grace{};  ///< How long that secret signs too.
};

/// Nothing happens if the delivery already begins after this sequence, and has not begun where the
/// caller has seen it begin.
struct ReplayWebhook {
    WebhookId id;
    std::optional<std::vector<Version>> expected;
    std::uint64_t seen_set_by = 0;  ///< DeliveryStart::set_by as the caller has seen it.
    std::uint64_t after = 0;        ///< Not beyond the organization's head.
};

/// The endpoint answered 410 Gone to a delivery by the settings of this version.
struct DeactivateWebhook {
    WebhookId id;
    Version version = 0;
};

struct DeleteWebhook {
    WebhookId id;
    std::optional<std::vector<Version>> expected;
};

using WebhookCommand = std::variant<
    RegisterWebhook,
    UpdateWebhook,
    RotateWebhookSecret,
    ReplayWebhook,
    DeactivateWebhook,
    DeleteWebhook>;

}  // namespace consularia::domain
