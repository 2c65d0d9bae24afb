#include "reactions/webhooks/attempt.hpp"

#include "base/json_writer.hpp"
#include "base/utf8.hpp"
#include "domain/webhook/delivery.hpp"

namespace consularia::reactions::webhooks {

namespace {

/// The beginning, without a part of a code point at its end.
std::string beginning_of(std::string text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
    text.resize(bytes);
    return text;
}

}  // namespace

std::string message_id(domain::WebhookId webhook, ledger::Sequence sequence) {
    return webhook.to_string() + '.' + std::to_string(sequence);
}

Attempt attempt_of(const tl::expected<Posted, std::string>& posted) {
    Attempt attempt;
    if (!posted) {
        attempt.error = beginning_of(replace_invalid_utf8(posted.error()), domain::kKeptError);
        return attempt;
    }
    attempt.status = posted->status;
    attempt.body = beginning_of(replace_invalid_utf8(posted->body), domain::kKeptBody);
    attempt.retry_after = posted->retry_after;
    return attempt;
}

std::string test_event(
    domain::OrganizationId organization,
    domain::WebhookId webhook,
    domain::EventId id,
    domain::Timestamp now
) {
    JsonWriter json;
    json.begin_object();
    json.text("specversion", "1.0");
    json.text("id", id.to_string());
    json.text("source", "/organizations/" + organization.to_string());
    json.text("type", "dev.consularia.webhook.test");
    json.text("subject", "webhooks/" + webhook.to_string());
    json.text("time", domain::format(now));
    json.text("datacontenttype", "application/json");
    json.begin_object("data");
    json.end_object();
    json.end_object();
    return json.take();
}

}  // namespace consularia::reactions::webhooks
