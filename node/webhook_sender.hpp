#pragma once
// The sender of webhooks as the options want it.

#include "domain/webhook/addresses.hpp"
#include "infra/http/webhook_options.hpp"
#include "node/options.hpp"

namespace consularia::node {

/// Throws UsageError if what is to be allowed is not a network.
[[nodiscard]] domain::AddressPolicy webhook_addresses(const WebhookOptions& options);

/// Throws likewise.
[[nodiscard]] infra::http::WebhookSenderOptions webhook_sender_options(const WebhookOptions& options
);

}  // namespace consularia::node
