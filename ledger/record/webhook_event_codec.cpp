#include "ledger/record/webhook_event_codec.hpp"

#include "base/overloaded.hpp"
#include "ledger/record/json_reader.hpp"
#include "ledger/record/sides.hpp"
#include "ledger/record/versions.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace consularia::ledger {

namespace {

void write_types(JsonWriter& json, const domain::WebhookTypes& types) {
    json.begin_array("types");
    for (const auto& name : types.names()) json.element(name.value());
    json.end_array();
}

// Members are named, so that a new one does not compile until it is written.

template <class Side>
void write_side(JsonWriter& json, const domain::WebhookUpdated& event, Side side) {
    const auto& [id, url, types, description, payload, status] = event;
    if (url) json.text("url", side(*url).value());
    if (types) write_types(json, side(*types));
    if (description) json.text("description", side(*description).value());
    if (payload) json.text("payload", domain::to_string(side(*payload)));
    if (status) json.text("status", domain::to_string(side(*status)));
}

std::optional<domain::WebhookUrl> read_url(const JsonReader& in) {
    return in.parsed("url", [](std::string_view text) {
        return domain::WebhookUrl::parse(std::string(text));
    });
}

std::optional<domain::WebhookTypes> read_types(const JsonReader& in) {
    const Json* const list = in.list("types");
    if (list == nullptr) return std::nullopt;
    std::vector<domain::EventTypeName> names;
    for (const Json& element : list->elements()) {
        auto name = domain::EventTypeName::parse(std::string(element.string().value_or("")));
        if (!name) break;
        names.push_back(std::move(*name));
    }
    auto types =
        names.size() == list->size() ? domain::WebhookTypes::parse(std::move(names)) : std::nullopt;
    if (!types) in.complain("types", "are not different names, or too many");
    return types;
}

std::optional<domain::WebhookDescription> read_description(const JsonReader& in) {
    return in.text<domain::WebhookDescription>("description");
}

template <class Enum>
std::optional<Enum> read_enumerator(const JsonReader& in, std::string_view key) {
    return in.parsed(key, [&](std::string_view name) {
        return parse_name_in<Enum>(in.version(), name);
    });
}

std::optional<domain::WebhookPayload> read_payload(const JsonReader& in) {
    return read_enumerator<domain::WebhookPayload>(in, "payload");
}

std::optional<domain::WebhookStatus> read_status(const JsonReader& in) {
    return read_enumerator<domain::WebhookStatus>(in, "status");
}

using MaybeEvent = std::optional<domain::WebhookEvent>;

MaybeEvent read_registered(const JsonReader& data) {
    const auto id = data.id<domain::WebhookId>("id");
    auto url = read_url(data);
    auto types = read_types(data);
    auto description = read_description(data);
    const auto payload = read_payload(data);
    const auto status = read_status(data);
    if (!id || !url || !types || !description || !payload || !status) return std::nullopt;
    return domain::WebhookRegistered{
        *id, {std::move(*url), std::move(*types), std::move(*description), *payload, *status}};
}

MaybeEvent read_updated(const JsonReader& data) {
    const auto id = data.id<domain::WebhookId>("id");
    const Sides sides{data.object("old"), data.object("new")};
    domain::WebhookUpdated event;
    const bool good = sides.read("url", read_url, event.url) &&
                      sides.read("types", read_types, event.types) &&
                      sides.read("description", read_description, event.description) &&
                      sides.read("payload", read_payload, event.payload) &&
                      sides.read("status", read_status, event.status);
    if (!id || !good || !sides.readable()) return std::nullopt;
    event.id = *id;
    return event;
}

MaybeEvent read_secret_rotated(const JsonReader& data) {
    const auto id = data.id<domain::WebhookId>("id");
    const auto generation = data.count("generation");
    const auto until = data.moment("previous_signs_until");
    if (!id || !generation || !until) return std::nullopt;
    return domain::WebhookSecretRotated{*id, *generation, *until};
}

MaybeEvent read_replayed(const JsonReader& data) {
    const auto id = data.id<domain::WebhookId>("id");
    const auto after = data.parsed("after", [](std::string_view text) {
        return text == "0" ? std::optional<std::uint64_t>(0) : parse_count(text);
    });
    if (!id || !after) return std::nullopt;
    return domain::WebhookReplayed{*id, *after};
}

MaybeEvent read_deleted(const JsonReader& data) {
    const auto id = data.id<domain::WebhookId>("id");
    if (!id) return std::nullopt;
    return domain::WebhookDeleted{*id};
}

using Type = EventType<domain::WebhookEvent>;

constexpr std::array kTypes{
    Type{"dev.consularia.webhook.registered.v1", &read_registered},
    Type{"dev.consularia.webhook.updated.v1", &read_updated},
    Type{"dev.consularia.webhook.secret_rotated.v1", &read_secret_rotated},
    Type{"dev.consularia.webhook.replayed.v1", &read_replayed},
    Type{"dev.consularia.webhook.deleted.v1", &read_deleted},
};

}  // namespace

EventTypes<domain::WebhookEvent> webhook_event_types() {
    return kTypes;
}

std::string_view type_of(const domain::WebhookEvent& event) {
    using namespace domain;
    return std::visit(
        Overloaded{
            [](const WebhookRegistered&) {
                return written<kTypes>("dev.consularia.webhook.registered.v1");
            },
            [](const WebhookUpdated&) {
                return written<kTypes>("dev.consularia.webhook.updated.v1");
            },
            [](const WebhookSecretRotated&) {
                return written<kTypes>("dev.consularia.webhook.secret_rotated.v1");
            },
            [](const WebhookReplayed&) {
                return written<kTypes>("dev.consularia.webhook.replayed.v1");
            },
            [](const WebhookDeleted&) {
                return written<kTypes>("dev.consularia.webhook.deleted.v1");
            },
        },
        event
    );
}

void write_data(JsonWriter& json, const domain::WebhookEvent& event) {
    json.text("id", domain::target_of(event).to_string());
    std::visit(
        Overloaded{
            [&](const domain::WebhookRegistered& registered) {
                const auto& [url, types, description, payload, status] = registered.settings;
                json.text("url", url.value());
                write_types(json, types);
                json.text("description", description.value());
                json.text("payload", domain::to_string(payload));
                json.text("status", domain::to_string(status));
            },
            [&](const domain::WebhookUpdated& updated) {
                write_sides(json, [&](auto side) { write_side(json, updated, side); });
            },
            [&](const domain::WebhookSecretRotated& rotated) {
                json.text("generation", std::to_string(rotated.generation));
                json.text("previous_signs_until", domain::format(rotated.previous_signs_until));
            },
            [&](const domain::WebhookReplayed& replayed) {
                json.text("after", std::to_string(replayed.after));
            },
            [](const domain::WebhookDeleted&) {},
        },
        event
    );
}

}  // namespace consularia::ledger
