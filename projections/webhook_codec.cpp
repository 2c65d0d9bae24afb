#include "projections/webhook_codec.hpp"

#include "projections/byte_codec.hpp"

#include <utility>
#include <vector>

namespace consularia::projections {
namespace {

void write_types(ByteWriter& out, const domain::WebhookTypes& types) {
    out.number(types.names().size());
    for (const auto& name : types.names()) out.text(name.value());
}

domain::WebhookTypes read_types(ByteReader& in) {
    std::vector<domain::EventTypeName> names;
    for (auto left = in.number(); left > 0; --left) {
        names.push_back(read_text<domain::EventTypeName>(in));
    }
    auto types = domain::WebhookTypes::parse(std::move(names));
    if (!types) row_is_damaged();
    return *std::move(types);
}

domain::WebhookUrl read_url(ByteReader& in) {
    auto url = domain::WebhookUrl::parse(std::string(in.text()));
    if (!url) row_is_damaged();
    return *std::move(url);
}

void write_webhook(ByteWriter& out, const domain::Webhook& webhook) {
    out.bytes(webhook.id.bytes);
    out.text(webhook.settings.url.value());
    write_types(out, webhook.settings.types);
    out.text(webhook.settings.description.value());
    out.enumerator(webhook.settings.payload);
    out.enumerator(webhook.settings.status);
    out.time(webhook.created_at);
    out.number(webhook.generation);
    out.optional(webhook.previous_signs_until, [&](auto until) { out.time(until); });
    out.number(webhook.start.set_by);
    out.number(webhook.start.after);
    out.number(webhook.version);
}

domain::WebhookSettings read_settings(ByteReader& in) {
    // A braced list is evaluated from left to right, here and below.
    return {
        read_url(in),
        read_types(in),
        read_text<domain::WebhookDescription>(in),
        in.enumerator<domain::WebhookPayload>(),
        in.enumerator<domain::WebhookStatus>()};
}

domain::Webhook read_webhook(ByteReader& in) {
    return {
        in.id<domain::WebhookId>(),
        read_settings(in),
        in.time(),
        in.number(),
        in.optional([&] { return in.time(); }),
        {in.number(), in.number()},
        in.number()};
}

}  // namespace

std::string encode_webhooks(const domain::Webhooks& webhooks) {
    ByteWriter out;
    out.number(webhooks.all.size());
    for (const auto& webhook : webhooks.all) write_webhook(out, webhook);
    return out.take();
}

domain::Webhooks decode_webhooks(std::string_view row) {
    ByteReader in(row);
    domain::Webhooks webhooks;
    for (auto left = in.number(); left > 0; --left) webhooks.all.push_back(read_webhook(in));
    in.expect_end();
    return webhooks;
}

}  // namespace consularia::projections
