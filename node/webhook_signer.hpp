#pragma once
// Signs what webhooks are sent.

#include "infra/crypto/secrets_file.hpp"
#include "ledger/log/clock.hpp"
#include "reactions/webhooks/worker.hpp"

namespace consularia::node {

/// By the newest secret of the webhook, and while the one before it is valid by both. The clock
/// outlives it; it is thread-safe.
[[nodiscard]] reactions::webhooks::Sign webhook_signer(
    const infra::Secrets& secrets, const ledger::Clock& clock
);

}  // namespace consularia::node
