#include "ledger/record/organization_event_codec.hpp"

#include "base/overloaded.hpp"
#include "ledger/record/json_reader.hpp"
#include "ledger/record/versions.hpp"

#include <algorithm>
#include <array>

namespace consularia::ledger {

namespace {

/// The oldest version that may hold the token.
EventVersion version_for(const domain::TokenGrant& token) {
    EventVersion version = 1;
    for (const auto scope : kAllOf<domain::Scope>) {
        if (token.scopes.has(scope)) version = std::max(version, stored_as(scope).since);
    }
    return version;
}

void write_token(JsonWriter& json, const domain::TokenGrant& token) {
    json.begin_object("token");
    json.text("id", token.id.to_string());
    json.text("name", token.name.value());
    json.begin_array("scopes");
    for (const domain::Scope scope : domain::kScopes) {
        if (token.scopes.has(scope)) json.element(domain::to_string(scope));
    }
    json.end_array();
    json.text("secret_sha256", to_hex(token.secret_hash));
    if (token.expires_at) json.text("expires_at", domain::format(*token.expires_at));
    json.end_object();
}

std::optional<domain::Scopes> read_scopes(const JsonReader& token) {
    const Json* const list = token.list("scopes");
    if (list == nullptr) return std::nullopt;
    domain::Scopes scopes;
    for (const Json& element : list->elements()) {
        const auto text = element.string();
        const auto scope =
            text ? parse_name_in<domain::Scope>(token.version(), *text) : std::nullopt;
        if (!scope || scopes.has(*scope)) {
            token.complain("scopes", "has an element that this version does not know");
            return std::nullopt;
        }
        scopes.add(*scope);
    }
    return scopes;
}

std::optional<domain::TokenGrant> read_token(const JsonReader& data) {
    const JsonReader token = data.object("token");
    const auto id = token.id<domain::TokenId>("id");
    auto name = token.text<domain::TokenName>("name");
    const auto scopes = read_scopes(token);
    const auto secret_hash = token.hash("secret_sha256");
    if (!id || !name || !scopes || !secret_hash) return std::nullopt;
    std::optional<domain::Timestamp> expires_at;
    if (token.has("expires_at")) {
        expires_at = token.moment("expires_at");
        if (!expires_at) return std::nullopt;
    }
    return domain::TokenGrant{*id, std::move(*name), *scopes, *secret_hash, expires_at};
}

using MaybeEvent = std::optional<domain::OrganizationEvent>;

MaybeEvent read_created(const JsonReader& data) {
    auto name = data.text<domain::OrganizationName>("name");
    auto token = read_token(data);
    if (!name || !token) return std::nullopt;
    return domain::OrganizationCreated{std::move(*name), std::move(*token)};
}

MaybeEvent read_token_issued(const JsonReader& data) {
    auto token = read_token(data);
    if (!token) return std::nullopt;
    return domain::TokenIssued{std::move(*token)};
}

MaybeEvent read_token_revoked(const JsonReader& data) {
    const JsonReader token = data.object("token");
    const auto id = token.id<domain::TokenId>("id");
    if (!id) return std::nullopt;
    return domain::TokenRevoked{*id};
}

using Type = EventType<domain::OrganizationEvent>;

constexpr std::array kTypes{
    Type{"dev.consularia.organization.created.v1", &read_created},
    Type{"dev.consularia.organization.created.v2", &read_created},
    Type{"dev.consularia.organization.token_issued.v1", &read_token_issued},
    Type{"dev.consularia.organization.token_issued.v2", &read_token_issued},
    Type{"dev.consularia.organization.token_revoked.v1", &read_token_revoked},
};

}  // namespace

EventTypes<domain::OrganizationEvent> organization_event_types() {
    return kTypes;
}

std::string_view type_of(const domain::OrganizationEvent& event) {
    using namespace domain;
    return std::visit(
        Overloaded{
            [](const OrganizationCreated& created) {
                return version_for(created.token) == 1
                           ? written<kTypes>("dev.consularia.organization.created.v1")
                           : written<kTypes>("dev.consularia.organization.created.v2");
            },
            [](const TokenIssued& issued) {
                return version_for(issued.token) == 1
                           ? written<kTypes>("dev.consularia.organization.token_issued.v1")
                           : written<kTypes>("dev.consularia.organization.token_issued.v2");
            },
            [](const TokenRevoked&) {
                return written<kTypes>("dev.consularia.organization.token_revoked.v1");
            },
        },
        event
    );
}

void write_data(JsonWriter& json, const domain::OrganizationEvent& event) {
    std::visit(
        Overloaded{
            [&](const domain::OrganizationCreated& created) {
                json.text("name", created.name.value());
                write_token(json, created.token);
            },
            [&](const domain::TokenIssued& issued) { write_token(json, issued.token); },
            [&](const domain::TokenRevoked& revoked) {
                json.begin_object("token");
                json.text("id", revoked.token.to_string());
                json.end_object();
            },
        },
        event
    );
}

}  // namespace consularia::ledger
