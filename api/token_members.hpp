#pragma once
// The members that every rendering of a token has.

#include "base/json_writer.hpp"
#include "domain/organization/organization.hpp"

namespace consularia::api {

/// Those that it begins with.
inline void write_grant(JsonWriter& json, const domain::TokenGrant& token) {
    json.text("id", token.id.to_string());
    json.text("name", token.name.value());
    json.begin_array("scopes");
    for (const auto scope : domain::kScopes) {
        if (token.scopes.has(scope)) json.element(domain::to_string(scope));
    }
    json.end_array();
}

/// The last one.
inline void write_expiry(JsonWriter& json, const domain::TokenGrant& token) {
    if (token.expires_at) json.text("expires_at", domain::format(*token.expires_at));
}

}  // namespace consularia::api
