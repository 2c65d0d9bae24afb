#pragma once
// `consularia organization …` and `consularia token …`: requests to a running server.

#include <chrono>
#include <string>

namespace consularia::cli {

/// Options of the commands that contact a running server.
struct ClientOptions {
    std::string server = "http://127.0.0.1:8080";
    std::string secrets_file = "data/secrets.toml";
    std::chrono::seconds timeout{30};
    std::string idempotency_key;  ///< Empty: none is sent.
};

/// The URL that the paths of the API follow: with the usual prefix, unless the server's URL has
/// one.
[[nodiscard]] std::string api_of(std::string server);

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

}  // namespace consularia::cli
