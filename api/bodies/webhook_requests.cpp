#include "api/bodies/webhook_requests.hpp"

#include "api/bodies/object_fields.hpp"
#include "api/bodies/python_text.hpp"
#include "api/bodies/sentences.hpp"
#include "api/bodies/value_text.hpp"
#include "ledger/record/aggregates.hpp"

#include <algorithm>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace consularia::api {

namespace {

using domain::UrlError;
using domain::WebhookPayload;

tl::unexpected<Errors> refuse(std::string_view text) {
    return tl::unexpected(sentence(text));
}

Read<domain::WebhookUrl> read_url(const Value& value, const WebhookUrlRules& rules) {
    auto text = read_word(value);
    if (!text) return tl::unexpected(text.error());
    auto url = domain::WebhookUrl::accept(*std::move(text), rules.schemes);
    if (url) {
        if (!rules.addresses.allows_host(url->host())) return refuse(kAddressIsNotAllowed);
        return *std::move(url);
    }
    switch (url.error()) {
        case UrlError::too_long:
            return refuse(too_long(domain::limits::kWebhookUrl.accepted));
        case UrlError::malformed:
            return refuse(kNotAUrl);
        case UrlError::not_https:
            break;
    }
    return refuse(kNotHttps);
}

bool is_known_type(std::string_view name) {
    bool known = false;
    ledger::Kinds::for_each([&]<class Kind>(std::type_identity<Kind>) {
        known = known || ledger::find_type(Kind::event_types(), name) != nullptr;
    });
    return known;
}

/// Like read_scopes(), but the list may be empty. A type that is given twice counts once.
Read<domain::WebhookTypes> read_types(const Value& value) {
    if (value.is_null()) return refuse(kNull);
    const auto items = value.array();
    if (!items) return refuse(not_a_list(type_name(value)));
    std::vector<domain::EventTypeName> names;
    std::optional<Errors> error;
    items->for_each([&](const Value& item) {
        if (error) return;
        const std::string text = python_str(item);
        auto name = domain::EventTypeName::accept(text);
        if (!name || !is_known_type(text)) {
            error = sentence(not_a_choice(text));
        } else if (std::ranges::find(names, *name) == names.end()) {
            names.push_back(*std::move(name));
        }
    });
    if (error) return tl::unexpected(*std::move(error));
    auto types = domain::WebhookTypes::accept(std::move(names));
    if (!types) return refuse(too_many_items(domain::limits::kWebhookTypes.accepted));
    return *std::move(types);
}

Read<WebhookPayload> read_payload(const Value& value) {
    if (value.is_null()) return refuse(kNull);
    const std::string text = python_str(value);
    if (const auto payload = parse_name<WebhookPayload>(text)) return *payload;
    return refuse(not_a_choice(text));
}

/// All fields but the url, which is required or not.
WebhookUpdateBody read_optional_fields(Fields& fields) {
    WebhookUpdateBody body;
    body.types = fields.optional("types", read_types);
    body.description = fields.optional("description", read_webhook_description);
    body.payload = fields.optional("payload", read_payload);
    body.active = fields.optional("active", read_boolean);
    return body;
}

}  // namespace

Read<domain::WebhookSettings> read_webhook_create(const Value& body, const WebhookUrlRules& rules) {
    const auto object = read_object(body);
    if (!object) return tl::unexpected(object.error());
    Fields fields(*object);
    auto url = fields.required("url", [&](const Value& value) { return read_url(value, rules); });
    auto given = read_optional_fields(fields);
    if (!fields.errors.empty()) return tl::unexpected(std::move(fields.errors));
    auto& [no_url, types, description, payload, active] = given;
    return domain::WebhookSettings{
        std::move(*url),
        types ? *std::move(types) : domain::WebhookTypes(),
        description ? *std::move(description) : domain::WebhookDescription::accept("").value(),
        payload.value_or(WebhookPayload::full),
        active.value_or(true) ? domain::WebhookStatus::active : domain::WebhookStatus::inactive};
}

Read<WebhookUpdateBody> read_webhook_update(const Value& body, const WebhookUrlRules& rules) {
    const auto object = read_object(body);
    if (!object) return tl::unexpected(object.error());
    Fields fields(*object);
    auto url = fields.optional("url", [&](const Value& value) { return read_url(value, rules); });
    auto update = read_optional_fields(fields);
    update.url = std::move(url);
    if (!fields.errors.empty()) return tl::unexpected(std::move(fields.errors));
    return update;
}

Read<std::uint64_t> read_webhook_replay(const Value& body) {
    const auto object = read_object(body);
    if (!object) return tl::unexpected(object.error());
    Fields fields(*object);
    const auto after = fields.required("after", read_sequence);
    if (!after) return tl::unexpected(std::move(fields.errors));
    return *after;
}

}  // namespace consularia::api
