#pragma once
// `consularia organization …` and `consularia token …`: requests to a running server.

#include "node/options.hpp"

#include <optional>
#include <string>

namespace consularia::app {

// Each prints the server's JSON, or throws with one clear sentence.

void create_organization(const ClientOptions& options, const std::string& name);

/// One line of JSON for each, page by page.
void list_organizations(const ClientOptions& options);

void create_token(
    const ClientOptions& options,
    const std::string& organization,
    const std::string& name,
    const std::string& scopes,
    const std::string& expires_at
);

void list_tokens(const ClientOptions& options, const std::string& organization);

void revoke_token(
    const ClientOptions& options, const std::string& organization, const std::string& token
);

}  // namespace consularia::app
