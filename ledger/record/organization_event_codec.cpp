#include "ledger/record/organization_event_codec.hpp"

#include "base/overloaded.hpp"
#include "ledger/record/event_types.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace consularia::ledger {

namespace {

using KnownScopes = std::span<const domain::Scope>;

constexpr std::array kScopesOfVersion1{
    domain::Scope::read, domain::Scope::write, domain::Scope::audit};

bool fits_version_1(const domain::TokenGrant& token) {
    return std::all_of(domain::kScopes.begin(), domain::kScopes.end(), [&](domain::Scope scope) {
        return !token.scopes.has(scope) ||
               std::find(kScopesOfVersion1.begin(), kScopesOfVersion1.end(), scope) !=
                   kScopesOfVersion1.end();
    });
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

std::optional<domain::Scopes> read_scopes(const JsonReader& token, KnownScopes known) {
    const Json* const list = token.list("scopes");
    if (list == nullptr) return std::nullopt;
    domain::Scopes scopes;
    for (const Json& element : *list) {
        const auto* const text = element.get_ptr<const Json::string_t*>();
        const auto scope = text == nullptr ? std::nullopt : parse_name<domain::Scope>(*text);
        const bool is_known = scope && std::find(known.begin(), known.end(), *scope) != known.end();
        if (!is_known || scopes.has(*scope)) {
            token.complain("scopes", "has an element that this version does not know");
            return std::nullopt;
        }
        scopes.add(*scope);
    }
    return scopes;
}

std::optional<domain::TokenGrant> read_token(const JsonReader& data, KnownScopes known) {
    const JsonReader token = data.object("token");
    const auto id = token.id<domain::TokenId>("id");
    auto name = token.text<domain::TokenName>("name");
    const auto scopes = read_scopes(token, known);
    const auto secret_hash = token.hash("secret_sha256");
    if (!id || !name || !scopes || !secret_hash) return std::nullopt;
    std::optional<domain::Timestamp> expires_at;
    if (token.has("expires_at")) {
        expires_at = token.moment("expires_at");
        if (!expires_at) return std::nullopt;
    }
    return domain::TokenGrant{*id, std::move(*name), *scopes, *secret_hash, expires_at};
}

using Read = std::optional<domain::OrganizationEvent>;

template <const auto& known_scopes>
Read read_created(const JsonReader& data) {
    auto name = data.text<domain::OrganizationName>("name");
    auto token = read_token(data, known_scopes);
    if (!name || !token) return std::nullopt;
    return domain::OrganizationCreated{std::move(*name), std::move(*token)};
}

template <const auto& known_scopes>
Read read_token_issued(const JsonReader& data) {
    auto token = read_token(data, known_scopes);
    if (!token) return std::nullopt;
    return domain::TokenIssued{std::move(*token)};
}

Read read_token_revoked(const JsonReader& data) {
    const JsonReader token = data.object("token");
    const auto id = token.id<domain::TokenId>("id");
    if (!id) return std::nullopt;
    return domain::TokenRevoked{*id};
}

/// In the order of kOrganizationTypes.
constexpr std::array kReaders{
    &read_created<kScopesOfVersion1>,
    &read_token_issued<kScopesOfVersion1>,
    &read_token_revoked,
    &read_created<domain::kScopes>,
    &read_token_issued<domain::kScopes>};
static_assert(kReaders.size() == kOrganizationTypes.size());

}  // namespace

std::string_view type_of_organization_event(const domain::OrganizationEvent& event) {
    return std::visit(
        Overloaded{
            [](const domain::OrganizationCreated& created) {
                return kOrganizationTypes[fits_version_1(created.token) ? 0 : 3];
            },
            [](const domain::TokenIssued& issued) {
                return kOrganizationTypes[fits_version_1(issued.token) ? 1 : 4];
            },
            [](const domain::TokenRevoked&) { return kOrganizationTypes[2]; }},
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

std::optional<domain::OrganizationEvent> read_organization_event(
    std::size_t type, const JsonReader& data
) {
    return kReaders.at(type)(data);
}

}  // namespace consularia::ledger
