#include "cli/client_commands.hpp"

#include "api/bodies/read_body.hpp"
#include "base/json_writer.hpp"
#include "domain/ids.hpp"
#include "infra/crypto/secrets_file.hpp"
#include "infra/http/client.hpp"

#include <algorithm>
#include <iostream>
#include <stdexcept>

namespace consularia::cli {

namespace {

constexpr std::string_view kBase = "/api/v1";

std::string ask(
    const ClientOptions& options,
    const std::string& method,
    const std::string& path,
    const std::string& body
) {
    const auto secrets = infra::load_secrets(options.secrets_file);
    infra::http::Request request{.method = method, .url = api_of(options.server) + path};
    request.headers.emplace_back("Authorization", "Token " + secrets.admin_key);
    if (method != "GET" && !options.idempotency_key.empty()) {
        request.headers.emplace_back("Idempotency-Key", options.idempotency_key);
    }
    if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    request.body = body;
    infra::http::Limits limits;
    limits.timeout = options.timeout;
    const auto answer = infra::http::send(request, limits);
    if (answer.status < 200 || answer.status > 299) {
        throw std::runtime_error(
            "The server refused with status " + std::to_string(answer.status) + ": " + answer.body
        );
    }
    return answer.body;
}

/// Only well-formed ids may go into paths.
std::string checked(const std::string& id) {
    const auto bytes = domain::parse_uuid(id);
    if (!bytes) throw std::runtime_error("\"" + id + "\" is not a UUID.");
    return domain::format_uuid(*bytes);
}

/// Writes the member as the object has it; null if it is no text there.
void copy_text(JsonWriter& json, std::string_view member, const api::Value& value) {
    const auto object = value.object();
    const auto found = object ? object->find(member) : std::nullopt;
    if (found && found->string()) return json.text(member, *found->string());
    json.null(member);
}

void write_list(JsonWriter& json, std::string_view key, std::string_view comma_separated) {
    json.begin_array(key);
    while (!comma_separated.empty()) {
        const auto end = std::min(comma_separated.find(','), comma_separated.size());
        json.element(comma_separated.substr(0, end));
        comma_separated.remove_prefix(std::min(end + 1, comma_separated.size()));
    }
    json.end_array();
}

}  // namespace

std::string api_of(std::string server) {
    const auto has_path = server.find('/', server.find("//") + 2);
    if (has_path == std::string::npos) return server + std::string(kBase);
    if (server.ends_with('/')) server.pop_back();
    return server;
}

void create_organization(const ClientOptions& options, const std::string& name) {
    JsonWriter json;
    json.begin_object();
    json.text("name", name);
    json.end_object();
    std::cout << ask(options, "POST", "/organizations/", json.take()) << "\n";
}

void list_organizations(const ClientOptions& options) {
    bool more = true;
    for (std::uint64_t page = 1; more; ++page) {
        const auto path = "/organizations/?page_size=100&page=" + std::to_string(page);
        const auto body = api::read_body({}, ask(options, "GET", path, ""), api::Shape::object);
        const auto object = body ? body->object() : std::nullopt;
        const auto next = object ? object->find("next") : std::nullopt;
        const auto results = object ? object->find("results") : std::nullopt;
        const auto organizations = results ? results->array() : std::nullopt;
        if (!next || !organizations) {
            throw std::runtime_error("The server answered something else than a list.");
        }
        organizations->for_each([](const api::Value& one) {
            JsonWriter json;
            json.begin_object();
            for (const auto* member : {"id", "name", "created_at"}) copy_text(json, member, one);
            json.end_object();
            std::cout << json.take() << "\n";
        });
        more = !next->is_null();
    }
}

void create_token(
    const ClientOptions& options,
    const std::string& organization,
    const std::string& name,
    const std::string& scopes,
    const std::string& expires_at
) {
    JsonWriter json;
    json.begin_object();
    json.text("name", name);
    write_list(json, "scopes", scopes);
    if (!expires_at.empty()) json.text("expires_at", expires_at);
    json.end_object();
    const auto path = "/organizations/" + checked(organization) + "/tokens/";
    std::cout << ask(options, "POST", path, json.take()) << "\n";
}

void list_tokens(const ClientOptions& options, const std::string& organization) {
    const auto path = "/organizations/" + checked(organization) + "/tokens/?page_size=100";
    std::cout << ask(options, "GET", path, "") << "\n";
}

void revoke_token(
    const ClientOptions& options, const std::string& organization, const std::string& token
) {
    const auto path = "/organizations/" + checked(organization) + "/tokens/" + checked(token) + "/";
    std::cout << ask(options, "DELETE", path, "");
}

}  // namespace consularia::cli
