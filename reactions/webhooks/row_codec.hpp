#pragma once
// The keys and values of the rows of the store of webhooks. Decoding throws ledger::StorageError.

#include "ledger/record/record.hpp"
#include "reactions/webhooks/progress.hpp"

#include <string>
#include <string_view>

namespace consularia::reactions::webhooks::rows {

/// progress; the beginning of the webhook's other keys.
[[nodiscard]] std::string webhook_key(domain::WebhookId webhook);

/// The webhook that a key, which is not empty, begins with.
[[nodiscard]] domain::WebhookId webhook_in(std::string_view key);

/// deliveries
[[nodiscard]] std::string delivery_key(domain::WebhookId webhook, ledger::Sequence sequence);
[[nodiscard]] ledger::Sequence sequence_in(std::string_view key);
/// The end of the webhook's keys of deliveries: no sequence is that high.
[[nodiscard]] std::string after_deliveries(domain::WebhookId webhook);

[[nodiscard]] std::string encode(const Progress& progress);
[[nodiscard]] Progress decode_progress(std::string_view row);

/// Without the sequence.
[[nodiscard]] std::string encode(const Delivery& delivery);
[[nodiscard]] Delivery decode_delivery(std::string_view key, std::string_view row);

}  // namespace consularia::reactions::webhooks::rows
