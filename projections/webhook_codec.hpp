#pragma once
// The value of a row of `webhooks` or `webhook_changes`. Decoding throws ledger::StorageError, as
// in row_codec.hpp.

#include "domain/webhook/webhook.hpp"

#include <string>
#include <string_view>

namespace consularia::projections {

[[nodiscard]] std::string encode_webhooks(const domain::Webhooks& webhooks);
[[nodiscard]] domain::Webhooks decode_webhooks(std::string_view row);

}  // namespace consularia::projections
