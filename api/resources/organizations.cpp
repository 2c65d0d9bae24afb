// Handlers of /organizations/ and their tokens: operations of the admin key.

#include "api/bodies/requests.hpp"
#include "api/derivation.hpp"
#include "api/handlers.hpp"
#include "api/paging.hpp"
#include "api/replies.hpp"
#include "api/strict_handling.hpp"
#include "api/token_members.hpp"
#include "base/json_writer.hpp"
#include "projections/queries.hpp"

namespace consularia::api {

namespace {

using domain::OrganizationId;

constexpr std::string_view kFirstTokenName = "first";

/// The only rendering that shows the secret.
void write_issued(JsonWriter& json, const domain::TokenGrant& token, const std::string& secret) {
    json.begin_object();
    write_grant(json, token);
    json.text("token", secret);
    write_expiry(json, token);
    json.end_object();
}

std::string listed_json(const domain::Token& token) {
    JsonWriter json;
    json.begin_object();
    write_grant(json, token.grant);
    json.text("created_at", domain::format(token.created_at));
    write_expiry(json, token.grant);
    json.end_object();
    return json.take();
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

void write_organization(
    JsonWriter& json,
    OrganizationId id,
    const domain::OrganizationName& name,
    domain::Timestamp created_at
) {
    json.text("id", id.to_string());
    json.text("name", name.value());
    json.text("created_at", domain::format(created_at));
}

std::string organization_json(const domain::Registered& organization) {
    JsonWriter json;
    json.begin_object();
    write_organization(json, organization.id, organization.name, organization.created_at);
    json.end_object();
    return json.take();
}

/// What happened the first time. Precondition: the key is a repeated one.
template <class Event>
const Event& first_event(const Outcome& outcome) {
    return std::get<Event>(std::get<ledger::OrganizationRecordEvent>(*outcome.first).event);
}

Response answer_issued(const domain::TokenGrant& token, const std::string& secret) {
    JsonWriter json;
    write_issued(json, token, secret);
    Response response;
    response.status = 201;
    response.body = json.take();
    return response;
}

Response answer_created(
    OrganizationId id,
    const domain::OrganizationName& name,
    domain::Timestamp created_at,
    const domain::TokenGrant& token,
    const std::string& secret
) {
    JsonWriter json;
    json.begin_object();
    write_organization(json, id, name, created_at);
    json.name("token");
    write_issued(json, token, secret);
    json.end_object();
    Response response;
    response.status = 201;
    response.body = json.take();
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
        if (!outcome.first) return answer_created(id, name, time, token, secret);
        const auto& first = first_event<domain::OrganizationCreated>(outcome);
        return answer_created(
            id, first.name, time, first.token, new_secret(answered, id, first.token.id)
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
    if (const auto refusal = refuse_unknown(call->request)) return call->failed(*refusal);
    return after_sync(call, std::nullopt, [call]() -> Step {
        const auto reader = call->service.store->snapshot();
        const Query query(call->request.query);
        const auto page = find_page(query, projections::count_organizations(*reader));
        if (!page) return call->failed(invalid_page());
        std::vector<std::string> results;
        for (const auto& one :
             projections::list_organizations(*reader, page->offset(), page->size)) {
            results.push_back(organization_json(one));
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
        response.body = organization_json(*registered);
        response.sequence = projections::find_head(*reader, id).sequence;
        return response;
    });
}

Step list_tokens(CallPtr call) {
    if (const auto refusal = refuse_unknown(call->request)) return call->failed(*refusal);
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
        if (!outcome.first) return answer_issued(token, secret);
        const auto& first = first_event<domain::TokenIssued>(outcome).token;
        return answer_issued(first, new_secret(answered, id, first.id));
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
        std::move(call), *id, domain::RevokeToken{*token}, {ledger::Wanted::verdict, answer_nothing}
    );
}

}  // namespace consularia::api
