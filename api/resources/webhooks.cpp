// Handlers of /webhooks/ and /webhooks/{id}/.

#include "projections/webhooks.hpp"

#include "api/bodies/webhook_requests.hpp"
#include "api/handlers.hpp"
#include "api/paging.hpp"
#include "api/preconditions.hpp"
#include "api/replies.hpp"
#include "api/strict_handling.hpp"
#include "api/webhook_deliveries.hpp"
#include "base/json_writer.hpp"
#include "projections/queries.hpp"

#include <algorithm>

namespace consularia::api {

namespace {

using domain::WebhookId;
using ledger::Sequence;
using ledger::Wanted;

/// How far it has got, as far as this is known here.
domain::WebhookProgress progress_of(const Call& call, const domain::Webhook& webhook) {
    const auto& start = webhook.start;
    const domain::WebhookProgress none{.cursor = {start.set_by, start.after}};
    const auto* const deliveries = call.service.webhook_deliveries;
    if (deliveries == nullptr) return none;
    auto progress = deliveries->progress(webhook.id).value_or(none);
    // Another start's: a replay has not been noticed yet, or this state is an earlier one.
    if (progress.cursor.start != start.set_by) progress.cursor.position = start.after;
    return progress;
}

void write_webhook(
    JsonWriter& json, const Call& call, const domain::Webhook& webhook, Sequence head
) {
    const auto& settings = webhook.settings;
    const auto progress = progress_of(call, webhook);
    const auto position = progress.cursor.position;
    json.text("id", webhook.id.to_string());
    json.text("url", settings.url.value());
    json.begin_array("types");
    for (const auto& type : settings.types.names()) json.element(type.value());
    json.end_array();
    json.text("description", settings.description.value());
    json.text("payload", domain::to_string(settings.payload));
    json.boolean("active", webhook.active());
    json.text("state", to_string(progress.state));
    json.text("created_at", domain::format(webhook.created_at));
    json.number("position", static_cast<std::int64_t>(position));
    json.number("lag", static_cast<std::int64_t>(head - std::min(head, position)));
}

std::string webhook_json(const Call& call, const domain::Webhook& webhook, Sequence head) {
    JsonWriter json;
    json.begin_object();
    write_webhook(json, call, webhook, head);
    json.end_object();
    return json.take();
}

/// The only rendering that shows the secret.
std::string json_with_secret(const Call& call, const domain::Webhook& webhook, Sequence head) {
    JsonWriter json;
    json.begin_object();
    write_webhook(json, call, webhook, head);
    json.text(
        "secret", call.service.webhook_secret(call.organization(), webhook.id, webhook.generation)
    );
    json.end_object();
    return json.take();
}

enum class Secret { hidden, shown };

/// The webhook of a command, also of a repeated one, with its ETag; wants the state.
Response answer_webhook(const Call& call, const Outcome& outcome, WebhookId id, Secret secret) {
    if (outcome.first) {
        id = target_of(std::get<ledger::WebhookRecordEvent>(*outcome.first).event);
    }
    const auto* const webhook = std::get<domain::Webhooks>(outcome.state.value()).find(id);
    if (webhook == nullptr) return call.failed(no_match("Webhook"));
    const auto head = outcome.head.sequence;
    Response response;
    response.headers.emplace_back("ETag", etag_of(webhook->version));
    response.body = secret == Secret::shown ? json_with_secret(call, *webhook, head)
                                            : webhook_json(call, *webhook, head);
    return response;
}

/// Answers with the webhook.
Answer webhook_answer(WebhookId id, Secret secret) {
    return {Wanted::state, [id, secret](const Call& call, const Outcome& outcome) {
                return answer_webhook(call, outcome, id, secret);
            }};
}

Response answer_created(const Call& call, const Outcome& outcome, WebhookId id) {
    auto response = answer_webhook(call, outcome, id, Secret::shown);
    if (outcome.first) id = target_of(std::get<ledger::WebhookRecordEvent>(*outcome.first).event);
    response.status = 201;
    std::string path = call.request.path;
    if (!path.ends_with('/')) path += '/';
    path += id.to_string() + "/";
    response.headers.emplace_back("Location", std::move(path));
    return response;
}

/// The sentence about another version speaks of appointments.
Step submit_about(CallPtr call, ledger::Command command, Answer answer) {
    auto step = submit(call, std::move(command), std::move(answer));
    auto& render = std::get<Submit>(step.next).render;
    render = [call, then = std::move(render)](ledger::Reply reply) {
        const auto* const refused = std::get_if<ledger::Refused>(&reply);
        if (refused == nullptr ||
            !std::holds_alternative<domain::VersionMismatch>(refused->rejection)) {
            return then(std::move(reply));
        }
        auto response = call->failed({412, "The webhook has changed.", {}});
        response.sequence = refused->head;
        return response;
    };
    return step;
}

/// The refusal of a bad body, unless there is no such webhook.
Step refuse_body(CallPtr call, WebhookId id, Errors errors) {
    const auto organization = call->organization();
    return refuse(
        std::move(call),
        organization,
        [id, organization, errors = std::move(errors)](const projections::Reader& reader) {
            return projections::find_webhooks(reader, organization).find(id) != nullptr
                       ? bad_fields(errors)
                       : no_match("Webhook");
        }
    );
}

/// What the caller may have seen of a webhook: the newest state of it, and of its organization.
struct Seen {
    std::optional<domain::Webhook> webhook;
    Sequence head = 0;
};

/// Continues with what can be read after a sync. The call's body is gone then.
Step after_seeing(CallPtr call, WebhookId id, std::function<Step(Seen)> then) {
    const auto organization = call->organization();
    return after_sync(call, organization, [call, organization, id, then = std::move(then)] {
        const auto reader = call->service.store->snapshot();
        Seen seen;
        seen.head = projections::find_head(*reader, organization).sequence;
        const auto webhooks = projections::find_webhooks(*reader, organization);
        if (const auto* const webhook = webhooks.find(id)) seen.webhook = *webhook;
        return then(std::move(seen));
    });
}

}  // namespace

Step list_webhooks(CallPtr call) {
    if (const auto refusal = refuse_unknown(call->request)) return call->failed(*refusal);
    const auto webhooks = projections::find_webhooks(*call->snapshot, call->organization());
    const Query query(call->request.query);
    const auto& all = webhooks.all;
    const auto page = find_page(query, all.size());
    if (!page) return call->failed(invalid_page());
    std::vector<std::string> results;
    for (auto i = page->offset(); i < all.size() && results.size() < page->size; ++i) {
        results.push_back(webhook_json(*call, all[i], call->sequence.value()));
    }
    return render_page(*call, query, *page, std::move(results));
}

Step create_webhook(CallPtr call) {
    auto settings = read_webhook_create(call->body, call->service.webhook_urls);
    if (!settings) return refuse(std::move(call), bad_fields(std::move(settings.error())));
    domain::RegisterWebhook command{call->service.fresh_id<WebhookId>(), *std::move(settings)};
    const auto render = [id = command.id](const Call& answered, const Outcome& outcome) {
        return answer_created(answered, outcome, id);
    };
    return submit(std::move(call), std::move(command), {Wanted::state, render});
}

Step retrieve_webhook(CallPtr call) {
    const auto id = call->path_id<WebhookId>(0);
    if (!id) return call->failed(not_found());
    const auto webhooks = projections::find_webhooks(*call->snapshot, call->organization());
    const auto* const webhook = webhooks.find(*id);
    if (webhook == nullptr) return call->failed(no_match("Webhook"));
    Response response;
    response.sequence = call->sequence;
    response.headers.emplace_back("ETag", etag_of(webhook->version));
    response.body = webhook_json(*call, *webhook, call->sequence.value());
    return response;
}

Step update_webhook(CallPtr call) {
    const auto id = call->path_id<WebhookId>(0);
    if (!id) return refuse(std::move(call), not_found());
    auto body = read_webhook_update(call->body, call->service.webhook_urls);
    if (!body) return refuse_body(std::move(call), *id, std::move(body.error()));
    domain::UpdateWebhook command{
        *id,
        read_if_match(call->request),
        std::move(body->url),
        std::move(body->types),
        std::move(body->description),
        body->payload,
        body->active};
    return submit_about(std::move(call), std::move(command), webhook_answer(*id, Secret::hidden));
}

Step destroy_webhook(CallPtr call) {
    const auto id = call->path_id<WebhookId>(0);
    if (!id) return refuse(std::move(call), not_found());
    domain::DeleteWebhook command{*id, read_if_match(call->request)};
    return submit_about(std::move(call), std::move(command), {Wanted::verdict, answer_nothing});
}

Step rotate_webhook_secret(CallPtr call) {
    const auto id = call->path_id<WebhookId>(0);
    if (!id) return refuse(std::move(call), not_found());
    auto then = [call, id = *id](const Seen& seen) {
        const domain::RotateWebhookSecret command{
            id,
            read_if_match(call->request),
            seen.webhook ? seen.webhook->generation : 0,
            call->service.webhook_secret_grace};
        return submit_about(call, command, webhook_answer(id, Secret::shown));
    };
    return after_seeing(call, *id, std::move(then));
}

Step replay_webhook(CallPtr call) {
    const auto id = call->path_id<WebhookId>(0);
    if (!id) return refuse(std::move(call), not_found());
    const auto after = read_webhook_replay(call->body);
    if (!after) return refuse_body(std::move(call), *id, after.error());
    auto then = [call, id = *id, after = *after](const Seen& seen) {
        if (seen.webhook && after > seen.head) {
            return refuse(call, ahead_of_head(after, seen.head));
        }
        const domain::ReplayWebhook command{
            id, read_if_match(call->request), seen.webhook ? seen.webhook->start.set_by : 0, after};
        return submit_about(call, command, webhook_answer(id, Secret::hidden));
    };
    return after_seeing(call, *id, std::move(then));
}

}  // namespace consularia::api
