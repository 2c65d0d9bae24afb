// Handlers of /organizations/ and their tokens: operations of the admin key.

#include "api/handlers.hpp"
#include "api/json/requests.hpp"
#include "api/paging.hpp"
#include "api/replies.hpp"
#include "projections/queries.hpp"
#include "projections/render_json.hpp"

namespace consularia::api {

namespace {

using domain::OrganizationId;
using projections::quote_json;

constexpr std::string_view kFirstTokenName = "first";

std::string scopes_json(domain::Scopes scopes) {
    std::string list;
    for (const auto scope : domain::kScopes) {
        if (!scopes.has(scope)) continue;
        if (!list.empty()) list += ',';
        list += quote_json(domain::to_string(scope));
    }
    return "[" + list + "]";
}

/// The members that every rendering of a token has, without the closing brace.
std::string token_json(const domain::TokenGrant& token) {
    return "{\"id\":" + quote_json(token.id.to_string()) +
           ",\"name\":" + quote_json(token.name.value()) +
           ",\"scopes\":" + scopes_json(token.scopes);
}

std::string expiry_json(const domain::TokenGrant& token) {
    if (!token.expires_at) return "";
    return ",\"expires_at\":" + quote_json(domain::format(*token.expires_at));
}

/// The only rendering that shows the secret.
std::string issued_json(const domain::TokenGrant& token, const std::string& secret) {
    return token_json(token) + ",\"token\":" + quote_json(secret) + expiry_json(token) + "}";
}

std::string listed_json(const domain::Token& token) {
    return token_json(token.grant) +
           ",\"created_at\":" + quote_json(domain::format(token.created_at)) +
           expiry_json(token.grant) + "}";
}

/// For a bad path or body of an admin operation: what is unknown comes first.
Step refuse_for(CallPtr call, OrganizationId organization, Failure failure) {
    return after_sync(
        call,
        organization,
        [call, organization, failure = std::move(failure)]() -> Step {
            const auto reader = call->service.store->snapshot();
            const auto found = projections::find_organization(*reader, organization);
            const bool known = std::holds_alternative<domain::Registered>(found);
            if (!known) return call->failed(no_match("Organization"));
            auto response = call->failed(failure);
            response.position = projections::find_head(*reader, organization).sequence;
            return response;
        }
    );
}

}  // namespace

Step create_organization(CallPtr call) {
    auto name = read_organization_create(call->body);
    if (!name) return call->failed(bad_fields(name.error()));
    const auto id = call->service.fresh_id<OrganizationId>();
    auto secret = make_secret(id, call->service.new_secret());
    domain::TokenGrant token{
        call->service.fresh_id<domain::TokenId>(),
        *domain::TokenName::parse(std::string(kFirstTokenName)),
        domain::Scopes::all(),
        hash_secret(secret),
        std::nullopt};
    domain::CreateOrganization command{std::move(*name), token};
    auto render = [id, name = command.name, token, secret = std::move(secret)](
                      const Call&, const Outcome& outcome
                  ) {
        Response response;
        response.status = 201;
        response.body = "{\"id\":" + quote_json(id.to_string()) +
                        ",\"name\":" + quote_json(name.value()) +
                        ",\"created_at\":" + quote_json(domain::format(outcome.head.time)) +
                        ",\"token\":" + issued_json(token, secret) + "}";
        return response;
    };
    return submit_as_admin(std::move(call), id, std::move(command), std::move(render));
}

Step list_tokens(CallPtr call) {
    const auto id = call->path_id<OrganizationId>(0);
    if (!id) return call->failed(not_found());
    return after_sync(call, *id, [call, id = *id]() -> Step {
        const auto reader = call->service.store->snapshot();
        const auto organization = projections::find_organization(*reader, id);
        const auto* registered = std::get_if<domain::Registered>(&organization);
        if (registered == nullptr) return call->failed(no_match("Organization"));
        const Query query(call->request.query);
        const auto& all = registered->tokens;
        const auto page = find_page(query, all.size());
        std::vector<std::string> results;
        for (auto i = page ? page->offset() : all.size();
             i < all.size() && results.size() < page->size;
             ++i) {
            results.push_back(listed_json(all[i]));
        }
        auto response = page ? render_page(*call, query, *page, std::move(results))
                             : call->failed(invalid_page());
        response.position = projections::find_head(*reader, id).sequence;
        return response;
    });
}

Step create_token(CallPtr call) {
    const auto id = call->path_id<OrganizationId>(0);
    if (!id) return call->failed(not_found());
    auto body = read_token_create(call->body, call->service.clock->now());
    if (!body) return refuse_for(call, *id, bad_fields(body.error()));
    auto secret = make_secret(*id, call->service.new_secret());
    domain::TokenGrant token{
        call->service.fresh_id<domain::TokenId>(),
        std::move(body->name),
        body->scopes,
        hash_secret(secret),
        body->expires_at};
    auto render = [token, secret = std::move(secret)](const Call&, const Outcome&) {
        Response response;
        response.status = 201;
        response.body = issued_json(token, secret);
        return response;
    };
    return submit_as_admin(std::move(call), *id, domain::IssueToken{token}, std::move(render));
}

Step destroy_token(CallPtr call) {
    const auto id = call->path_id<OrganizationId>(0);
    const auto token = call->path_id<domain::TokenId>(1);
    if (!id || !token) return call->failed(not_found());
    return submit_as_admin(
        std::move(call),
        *id,
        domain::RevokeToken{*token},
        [](const Call&, const Outcome&) {
            Response response;
            response.status = 204;
            return response;
        }
    );
}

}  // namespace consularia::api
