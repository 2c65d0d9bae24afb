#include "infra/crypto/webhook_secrets.hpp"

#include "infra/crypto/webhook_signature.hpp"

namespace consularia::infra {

namespace {

std::string to_text(const Hmac::Mac& mac) {
    return {reinterpret_cast<const char*>(mac.data()), mac.size()};
}

}  // namespace

std::string WebhookSecrets::bytes(
    domain::OrganizationId organization,
    domain::WebhookId webhook,
    domain::SecretGeneration generation
) const {
    return to_text(hmac_(
        "consularia webhook 1|" + organization.to_string() + '|' + webhook.to_string() + '|' +
        std::to_string(generation)
    ));
}

std::string WebhookSecrets::text(
    domain::OrganizationId organization,
    domain::WebhookId webhook,
    domain::SecretGeneration generation
) const {
    return format_webhook_secret(bytes(organization, webhook, generation));
}

std::string derive_webhook_key(std::string_view request_key) {
    return to_text(Hmac(request_key)("consularia webhook key 1"));
}

}  // namespace consularia::infra
