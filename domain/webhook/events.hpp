#pragma once
// What can happen to a webhook: facts in the past tense (docs/events.md).

#include "domain/change.hpp"
#include "domain/webhook/webhook.hpp"

#include <optional>
#include <variant>

namespace consularia::domain {

/// Events that come after this one are delivered.
struct WebhookRegistered {
    WebhookId id;
    WebhookSettings settings;
    friend bool operator==(const WebhookRegistered&, const WebhookRegistered&) = default;
};

/// At least one of them changed.
struct WebhookUpdated {
    WebhookId id;
    std::optional<Change<WebhookUrl>> url;
    std::optional<Change<WebhookTypes>> types;
    std::optional<Change<WebhookDescription>> description;
    std::optional<Change<WebhookPayload>> payload;
    std::optional<Change<WebhookStatus>> status;
    friend bool operator==(const WebhookUpdated&, const WebhookUpdated&) = default;
};

struct WebhookSecretRotated {
    WebhookId id;
    SecretGeneration generation = 0;  ///< The new secret.
    Timestamp previous_signs_until;
    friend bool operator==(const WebhookSecretRotated&, const WebhookSecretRotated&) = default;
};

/// The delivery begins again, with the first event after this sequence.
struct WebhookReplayed {
    WebhookId id;
    std::uint64_t after = 0;
    friend bool operator==(const WebhookReplayed&, const WebhookReplayed&) = default;
};

struct WebhookDeleted {
    WebhookId id;
    friend bool operator==(const WebhookDeleted&, const WebhookDeleted&) = default;
};

using WebhookEvent = std::variant<
    WebhookRegistered,
    WebhookUpdated,
    WebhookSecretRotated,
    WebhookReplayed,
    WebhookDeleted>;

/// The webhook that the event happened to.
[[nodiscard]] inline WebhookId target_of(const WebhookEvent& event) {
    return std::visit([](const auto& happened) { return happened.id; }, event);
}

}  // namespace consularia::domain
