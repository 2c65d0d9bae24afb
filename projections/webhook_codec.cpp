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

// Members are named, so that a new one does not compile until it is written.

void write_settings(ByteWriter& out, const domain::WebhookSettings& settings) {
    const auto& [url, types, description, payload, status] = settings;
    out.text(url.value());
    write_types(out, types);
    out.text(description.value());
    out.enumerator(payload);
    out.enumerator(status);
}

void write_webhook(ByteWriter& out, const domain::Webhook& webhook) {
    const auto& [id, settings, created_at, generation, signs_until, start, version] = webhook;
    out.bytes(id.bytes);
    write_settings(out, settings);
    out.time(created_at);
    out.number(generation);
    out.optional(signs_until, [&](auto until) { out.time(until); });
    out.number(start.set_by);
    out.number(start.after);
    out.number(version);
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
