// Handlers of /organizations/ and their tokens: operations of the admin key.

#include "api/bodies/requests.hpp"
#include "api/derivation.hpp"
#include "api/handlers.hpp"
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

/// A secret that a repeated request may see again must be derived from what is recorded; one that
/// is shown only once is random.
std::string new_secret(const Call& call, OrganizationId organization, domain::TokenId token) {
    const auto& service = call.service;
    return make_secret(
        organization,
        call.idempotency ? derive_secret(service, organization, token) : service.new_secret()
    );
}

/// The token that was issued the first time, and its secret.
std::string issued_json(const Call& call, OrganizationId id, const domain::TokenGrant& first) {
    return issued_json(first, new_secret(call, id, first.id));
}

/// Without the closing brace.
std::string organization_json(
    OrganizationId id, const domain::OrganizationName& name, domain::Timestamp created_at
) {
    return "{\"id\":" + quote_json(id.to_string()) + ",\"name\":" + quote_json(name.value()) +
           ",\"created_at\":" + quote_json(domain::format(created_at));
}

std::string organization_json(const domain::Registered& organization) {
    return organization_json(organization.id, organization.name, organization.created_at);
}

/// What happened the first time. Precondition: the key is a repeated one.
template <class Event>
const Event& first_event(const Outcome& outcome) {
    return std::get<Event>(std::get<ledger::OrganizationFact>(*outcome.first).event);
}

Response answer_created(const std::string& organization, const std::string& token) {
    Response response;
    response.status = 201;
    response.body = organization + ",\"token\":" + token + "}";
    return response;
}

/// An organization whose creation this version cannot read may exist all the same.
Failure unknown(const projections::Reader& reader, OrganizationId organization) {
    return projections::is_frozen(reader, organization) ? organization_is_frozen()
                                                        : no_match("Organization");
}

/// The key created an organization so long ago that its answer is no longer remembered.
Failure made_before(OrganizationId organization) {
    return {
        409, "This Idempotency-Key made the organization " + organization.to_string() + ".", {}};
}

}  // namespace

Step create_organization(CallPtr call) {
    const auto id = call->idempotency ? derive_organization(call->service, call->idempotency->key)
                                      : call->service.fresh_id<OrganizationId>();
    auto name = read_organization_create(call->body);
    if (!name) {
        auto failure = bad_fields(name.error());
        if (!call->idempotency) return call->failed(failure);
        return refuse(call, id, [failure = std::move(failure)](const auto&) { return failure; });
    }
    const auto token_id = call->service.fresh_id<domain::TokenId>();
    auto secret = new_secret(*call, id, token_id);
    domain::TokenGrant token{
        token_id,
        *domain::TokenName::parse(std::string(kFirstTokenName)),
        domain::Scopes::all(),
        hash_secret(secret),
        std::nullopt};
    domain::CreateOrganization command{std::move(*name), token};
    auto render = [id, name = command.name, token, secret = std::move(secret)](
                      const Call& answered, const Outcome& outcome
                  ) {
        const auto time = outcome.head.time;
        if (!outcome.first) {
            return answer_created(organization_json(id, name, time), issued_json(token, secret));
        }
        const auto& first = first_event<domain::OrganizationCreated>(outcome);
        return answer_created(
            organization_json(id, first.name, time), issued_json(answered, id, first.token)
        );
    };
    auto submit = submit_as(
        call,
        id,
        ledger::AdminActor{},
        domain::OrganizationCommand(std::move(command)),
        {ledger::Wanted::verdict, render}
    );
    auto answer = [call, id, then = std::move(submit.render)](ledger::Reply reply) {
        if (std::holds_alternative<ledger::Refused>(reply)) return call->failed(made_before(id));
        return then(std::move(reply));
    };
    return Submit{std::move(submit.submission), std::move(answer)};
}

Step list_organizations(CallPtr call) {
    return after_sync(call, std::nullopt, [call]() -> Step {
        const auto reader = call->service.store->snapshot();
        const Query query(call->request.query);
        const auto page = find_page(query, projections::count_organizations(*reader));
        if (!page) return call->failed(invalid_page());
        std::vector<std::string> results;
        for (const auto& one :
             projections::list_organizations(*reader, page->offset(), page->size)) {
            results.push_back(organization_json(one) + "}");
        }
        return render_page(*call, query, *page, results);
    });
}

Step retrieve_organization(CallPtr call) {
    const auto id = call->path_id<OrganizationId>(0);
    if (!id) return call->failed(not_found());
    return after_sync(call, *id, [call, id = *id]() -> Step {
        const auto reader = call->service.store->snapshot();
        const auto found = projections::find_organization(*reader, id);
        const auto* const registered = std::get_if<domain::Registered>(&found);
        if (registered == nullptr) return call->failed(unknown(*reader, id));
        Response response;
        response.body = organization_json(*registered) + "}";
        response.sequence = projections::find_head(*reader, id).sequence;
        return response;
    });
}

Step list_tokens(CallPtr call) {
    const auto id = call->path_id<OrganizationId>(0);
    if (!id) return call->failed(not_found());
    return after_sync(call, *id, [call, id = *id]() -> Step {
        const auto reader = call->service.store->snapshot();
        if (projections::is_frozen(*reader, id)) return call->failed(organization_is_frozen());
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
        response.sequence = projections::find_head(*reader, id).sequence;
        return response;
    });
}

Step create_token(CallPtr call) {
    const auto id = call->path_id<OrganizationId>(0);
    if (!id) return call->failed(not_found());
    auto body = read_token_create(call->body, call->service.clock->now());
    if (!body) {
        return refuse(
            call,
            *id,
            [id = *id, errors = body.error()](const projections::Reader& reader) {
                const auto found = projections::find_organization(reader, id);
                return std::holds_alternative<domain::Registered>(found) ? bad_fields(errors)
                                                                         : no_match("Organization");
            }
        );
    }
    const auto token_id = call->service.fresh_id<domain::TokenId>();
    auto secret = new_secret(*call, *id, token_id);
    domain::TokenGrant token{
        token_id, std::move(body->name), body->scopes, hash_secret(secret), body->expires_at};
    auto render = [id = *id,
                   token,
                   secret = std::move(secret)](const Call& answered, const Outcome& outcome) {
        Response response;
        response.status = 201;
        response.body =
            outcome.first
                ? issued_json(answered, id, first_event<domain::TokenIssued>(outcome).token)
                : issued_json(token, secret);
        return response;
    };
    return submit_as_admin(
        std::move(call),
        *id,
        domain::IssueToken{token},
        {ledger::Wanted::verdict, std::move(render)}
    );
}

Step destroy_token(CallPtr call) {
    const auto id = call->path_id<OrganizationId>(0);
    const auto token = call->path_id<domain::TokenId>(1);
    if (!id || !token) return call->failed(not_found());
    return submit_as_admin(
        std::move(call),
        *id,
        domain::RevokeToken{*token},
        {ledger::Wanted::verdict,
         [](const Call&, const Outcome&) {
             Response response;
             response.status = 204;
             return response;
         }}
    );
}

}  // namespace consularia::api
