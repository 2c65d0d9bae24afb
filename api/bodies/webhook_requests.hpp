#pragma once
// Reads the bodies of requests about webhooks (docs/api.md, Webhooks).

#include "api/bodies/fields.hpp"
#include "domain/webhook/addresses.hpp"
#include "domain/webhook/webhook.hpp"

#include <cstdint>
#include <optional>

namespace consularia::api {

/// Which URLs webhooks may have.
struct WebhookUrlRules {
    domain::UrlSchemes schemes = domain::UrlSchemes::https;
    domain::AddressPolicy addresses;
};

[[nodiscard]] Read<domain::WebhookSettings> read_webhook_create(
    const Value& body, const WebhookUrlRules& rules
);

struct WebhookUpdateBody {
    std::optional<domain::WebhookUrl> url;
    std::optional<domain::WebhookTypes> types;
    std::optional<domain::WebhookDescription> description;
    std::optional<domain::WebhookPayload> payload;
    std::optional<bool> active;
};

[[nodiscard]] Read<WebhookUpdateBody> read_webhook_update(
    const Value& body, const WebhookUrlRules& rules
);

/// The `after` of a replay.
[[nodiscard]] Read<std::uint64_t> read_webhook_replay(const Value& body);

}  // namespace consularia::api
