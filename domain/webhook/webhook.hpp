#pragma once
// The state of an organization's webhooks: where its events are delivered to. Secrets are not known
// here, only their numbers; neither is how far the delivery has got.

#include "domain/ids.hpp"
#include "domain/stored.hpp"
#include "domain/text.hpp"
#include "domain/time.hpp"
#include "domain/transition.hpp"
#include "domain/webhook/url.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::domain {

/// What a delivery contains.
enum class WebhookPayload : std::uint8_t {
    full,  ///< The readable event.
    thin,  ///< The same without `data`.
};

[[nodiscard]] constexpr Stored stored_as(WebhookPayload payload) {
    switch (payload) {
        case WebhookPayload::full:
            return {.name = "full", .since = 1, .byte = 0};
        case WebhookPayload::thin:
            return {.name = "thin", .since = 1, .byte = 1};
    }
    return {};
}

enum class WebhookStatus : std::uint8_t {
    active,
    inactive,
    gone,  ///< Inactive, because its endpoint answered 410 Gone.
};

[[nodiscard]] constexpr Stored stored_as(WebhookStatus status) {
    switch (status) {
        case WebhookStatus::active:
            return {.name = "active", .since = 1, .byte = 0};
        case WebhookStatus::inactive:
            return {.name = "inactive", .since = 1, .byte = 1};
        case WebhookStatus::gone:
            return {.name = "gone", .since = 1, .byte = 2};
    }
    return {};
}

/// The types of events that are delivered, each once and not too many. None: all types.
class WebhookTypes {
  public:
    WebhookTypes() = default;

    /// Those that were stored.
    [[nodiscard]] static std::optional<WebhookTypes> parse(std::vector<EventTypeName> types) {
        return up_to(limits::kWebhookTypes.stored, std::move(types));
    }

    /// New ones.
    [[nodiscard]] static std::optional<WebhookTypes> accept(std::vector<EventTypeName> types) {
        return up_to(limits::kWebhookTypes.accepted, std::move(types));
    }

    /// In the order in which they were given.
    [[nodiscard]] const std::vector<EventTypeName>& names() const { return names_; }

    /// Whether an event of this type is delivered.
    [[nodiscard]] bool include(std::string_view type) const;

    friend bool operator==(const WebhookTypes&, const WebhookTypes&) = default;

  private:
    explicit WebhookTypes(std::vector<EventTypeName> names) : names_(std::move(names)) {}

    static std::optional<WebhookTypes> up_to(std::size_t max, std::vector<EventTypeName> types);

    std::vector<EventTypeName> names_;
};

/// What clients say about a webhook.
struct WebhookSettings {
    WebhookUrl url;
    WebhookTypes types;
    WebhookDescription description;
    WebhookPayload payload = WebhookPayload::full;
    WebhookStatus status = WebhookStatus::active;

    friend bool operator==(const WebhookSettings&, const WebhookSettings&) = default;
};

/// Counts a webhook's secrets from 1.
using SecretGeneration = std::uint64_t;

/// Where the delivery begins: with the first event that has a sequence after this one.
struct DeliveryStart {
    std::uint64_t set_by = 0;  ///< The sequence of the event that set it.
    std::uint64_t after = 0;

    friend auto operator<=>(const DeliveryStart&, const DeliveryStart&) = default;
};

struct Webhook {
    WebhookId id;
    WebhookSettings settings;
    Timestamp created_at;
    SecretGeneration generation = 1;  ///< The secret that signs.
    /// Until then the secret before that one signs too; empty if there is none.
    std::optional<Timestamp> previous_signs_until;
    DeliveryStart start;
    Version version = 0;  ///< Counts this webhook's events.

    [[nodiscard]] bool active() const { return settings.status == WebhookStatus::active; }

    friend bool operator==(const Webhook&, const Webhook&) = default;
};

/// All webhooks of an organization are one aggregate, since their number is limited.
struct Webhooks {
    std::vector<Webhook> all;  ///< In the order of registration.

    /// Null when there is none with this id.
    [[nodiscard]] const Webhook* find(WebhookId id) const;
    [[nodiscard]] Webhook* find(WebhookId id);

    friend bool operator==(const Webhooks&, const Webhooks&) = default;
};

}  // namespace consularia::domain
