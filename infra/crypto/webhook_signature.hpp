#pragma once
// The signature of a webhook, as Standard Webhooks prescribes it (standardwebhooks.com, version 1).

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::infra {

/// The headers webhook-id, webhook-timestamp and webhook-signature. Each of the secrets, 24 to 64
/// bytes, signs; `id` is the same whenever the message is sent again, the time is that of the
/// attempt, in seconds since 1970.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> sign_webhook(
    std::span<const std::string> secrets,
    std::string_view id,
    std::int64_t time_s,
    std::string_view body
);

/// A secret as clients get it: `whsec_` and its bytes in base64.
[[nodiscard]] std::string format_webhook_secret(std::string_view secret);

}  // namespace consularia::infra
