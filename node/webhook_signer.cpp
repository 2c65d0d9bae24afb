#include "node/webhook_signer.hpp"

#include "infra/crypto/webhook_secrets.hpp"
#include "infra/crypto/webhook_signature.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::node {

reactions::webhooks::Sign webhook_signer(
    const infra::Secrets& secrets, const ledger::Clock& clock
) {
    return [known = infra::WebhookSecrets(secrets.webhook_key), &clock](
               domain::OrganizationId organization,
               const domain::Webhook& webhook,
               const std::string& message_id,
               std::string_view body
           ) {
        const auto now = clock.now();
        std::vector<std::string> valid{known.bytes(organization, webhook.id, webhook.generation)};
        if (webhook.previous_signs_until && now < *webhook.previous_signs_until) {
            valid.push_back(known.bytes(organization, webhook.id, webhook.generation - 1));
        }
        const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
        return infra::sign_webhook(valid, message_id, seconds.count(), body);
    };
}

}  // namespace consularia::node
