#pragma once
// The secrets of webhooks: derived, so that no ledger and no store holds them, and every server
// that has the same secrets file knows them.

#include "domain/ids.hpp"
#include "domain/webhook/webhook.hpp"
#include "infra/crypto/crypto.hpp"

#include <string>
#include <string_view>

namespace consularia::infra {

/// Thread-safe.
class WebhookSecrets {
  public:
    /// `key`: raw bytes. Another key leads to other secrets.
    explicit WebhookSecrets(std::string_view key) : hmac_(key) {}

    /// The 32 bytes that sign.
    [[nodiscard]] std::string bytes(
        domain::OrganizationId organization,
        domain::WebhookId webhook,
        domain::SecretGeneration generation
    ) const;

    /// As clients get it: `whsec_` and the bytes in base64 (Standard Webhooks).
    [[nodiscard]] std::string text(
        domain::OrganizationId organization,
        domain::WebhookId webhook,
        domain::SecretGeneration generation
    ) const;

  private:
    Hmac hmac_;
};

/// The key of a secrets file that has none for webhooks.
[[nodiscard]] std::string derive_webhook_key(std::string_view request_key);

}  // namespace consularia::infra
