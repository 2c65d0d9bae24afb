#include "infra/crypto/webhook_secrets.hpp"

#include "base/hex.hpp"
#include "tests/support/domain_samples.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace consularia::infra {
namespace {

using namespace samples;

const std::string kKey(32, 'k');

/// Computed by Python: hmac.new(b"k" * 32, b"consularia webhook 1|<organization>|<webhook>|1",
/// "sha256").
TEST(WebhookSecrets, AreTheKeyedHashOfWhatTheyBelongTo) {
    const WebhookSecrets secrets(kKey);
    EXPECT_EQ(
        to_hex(secrets.bytes(organization_id(1), webhook_id(2), 1)),
        "d1da3d3b0b0828ef788c06cb877fce4fc737b0330ae3698be21129d2b5bfda21"
    );
    EXPECT_EQ(
        secrets.text(organization_id(1), webhook_id(2), 1),
        "whsec_0do9OwsIKO94jAbLh3/OT8c3sDMK42mL4hEp0rW/2iE="
    );
}

TEST(WebhookSecrets, DifferForEveryOrganizationWebhookGenerationAndKey) {
    const WebhookSecrets secrets(kKey);
    const std::set<std::string> all{
        secrets.text(organization_id(1), webhook_id(2), 1),
        secrets.text(organization_id(2), webhook_id(2), 1),
        secrets.text(organization_id(1), webhook_id(1), 1),
        secrets.text(organization_id(1), webhook_id(2), 2),
        WebhookSecrets(derive_webhook_key(kKey)).text(organization_id(1), webhook_id(2), 1)};
    EXPECT_EQ(all.size(), 5U);
    for (const auto& secret : all) EXPECT_EQ(secret.size(), 6U + 44);
}

}  // namespace
}  // namespace consularia::infra
