// Handlers of /webhooks/{id}/test/ and /webhooks/{id}/deliveries/.

#include "api/webhook_deliveries.hpp"

#include "api/alarm.hpp"
#include "api/bodies/sentences.hpp"
#include "api/handlers.hpp"
#include "api/paging.hpp"
#include "api/replies.hpp"
#include "api/strict_handling.hpp"
#include "base/enum_names.hpp"
#include "base/json_writer.hpp"
#include "projections/queries.hpp"
#include "projections/webhooks.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <utility>

namespace consularia::api {

namespace {

using domain::WebhookId;

/// Longer than an attempt may take.
constexpr std::chrono::seconds kAttemptLimit{20};

/// An attempt that a request waits for.
struct Awaited {
    Alarm alarm;
    std::mutex mutex;
    std::optional<WebhookAttempt> attempt;  ///< Guarded by mutex.
};

Response answer_attempt(const Call& call, const WebhookAttempt& attempt) {
    JsonWriter json;
    json.begin_object();
    if (attempt.status) {
        json.number("status", *attempt.status);
    } else {
        json.null("status");
    }
    json.text("body", attempt.body);
    if (attempt.error.empty()) {
        json.null("error");
    } else {
        json.text("error", attempt.error);
    }
    json.end_object();
    Response response;
    response.sequence = call.sequence;
    response.body = json.take();
    return response;
}

/// Begins an attempt and waits for what comes of it, without holding a thread. `begin` is called
/// with a WebhookDeliveries::Done.
template <class Begin>
Step await_attempt(CallPtr call, const Begin& begin) {
    auto awaited = std::make_shared<Awaited>();
    begin([awaited](WebhookAttempt attempt) {
        {
            const std::lock_guard lock(awaited->mutex);
            awaited->attempt = std::move(attempt);
        }
        awaited->alarm.ring();
    });
    const auto until = call->service.clock->steady() + kAttemptLimit;
    call->let_go();
    std::shared_ptr<Alarm> alarm(awaited, &awaited->alarm);
    return AfterAlarm{std::move(alarm), until, [call, awaited](bool) -> Step {
                          const std::lock_guard lock(awaited->mutex);
                          if (awaited->attempt) return answer_attempt(*call, *awaited->attempt);
                          return call->failed(unavailable("The attempt has not ended in time."));
                      }};
}

Failure nothing_is_delivered() {
    return unavailable("This server does not deliver webhooks at the moment.");
}

std::optional<domain::Webhook> find_webhook(const Call& call, WebhookId id) {
    const auto reader = call.service.store->snapshot();
    const auto webhooks = projections::find_webhooks(*reader, call.organization());
    const auto* const webhook = webhooks.find(id);
    return webhook == nullptr ? std::nullopt : std::optional(*webhook);
}

std::string id_of(WebhookId webhook, ledger::Sequence sequence) {
    return webhook.to_string() + '.' + std::to_string(sequence);
}

/// The sequence in a delivery's id; 0 if it is none of this webhook's.
ledger::Sequence sequence_in(WebhookId webhook, std::string_view id) {
    const auto dot = id.find('.');
    if (dot == id.npos || WebhookId::parse(id.substr(0, dot)) != webhook) return 0;
    const auto sequence = parse_number(id.substr(dot + 1)).value_or(0);
    return id_of(webhook, sequence).ends_with(id.substr(dot)) ? sequence : 0;
}

template <class T, class Write>
void write_or_null(
    JsonWriter& json, std::string_view name, const std::optional<T>& value, const Write& write
) {
    if (value) {
        write(*value);
    } else {
        json.null(name);
    }
}

std::string delivery_json(WebhookId webhook, const domain::WebhookDelivery& delivery) {
    JsonWriter json;
    json.begin_object();
    json.text("id", id_of(webhook, delivery.sequence));
    json.number("sequence", static_cast<std::int64_t>(delivery.sequence));
    json.text("type", delivery.type);
    json.text("status", to_string(delivery.status));
    json.number("attempts", delivery.attempts);
    write_or_null(json, "next_attempt_at", delivery.next_attempt_at, [&](auto time) {
        json.text("next_attempt_at", domain::format(time));
    });
    write_or_null(json, "last_status", delivery.last_status, [&](int status) {
        json.number("last_status", status);
    });
    const auto text_or_null = [&](std::string_view name, const std::string& text) {
        if (text.empty()) {
            json.null(name);
        } else {
            json.text(name, text);
        }
    };
    text_or_null("last_error", delivery.last_error);
    text_or_null("last_body", delivery.last_body);
    json.end_object();
    return json.take();
}

}  // namespace

Step test_webhook(CallPtr call) {
    const auto id = call->path_id<WebhookId>(0);
    if (!id) return call->failed(not_found());
    return after_sync(call, call->organization(), [call, id = *id]() -> Step {
        const auto webhook = find_webhook(*call, id);
        if (!webhook) return call->failed(no_match("Webhook"));
        auto* const deliveries = call->service.webhook_deliveries;
        if (deliveries == nullptr) return call->failed(nothing_is_delivered());
        return await_attempt(call, [&](WebhookDeliveries::Done done) {
            deliveries->test(call->organization(), *webhook, std::move(done));
        });
    });
}

Step list_webhook_deliveries(CallPtr call) {
    constexpr std::array<std::string_view, 1> known{"status"};
    if (const auto refusal = refuse_unknown(call->request, known)) return call->failed(*refusal);
    const auto id = call->path_id<WebhookId>(0);
    if (!id) return call->failed(not_found());
    const auto webhooks = projections::find_webhooks(*call->snapshot, call->organization());
    const auto* const webhook = webhooks.find(*id);
    if (webhook == nullptr) return call->failed(no_match("Webhook"));
    const Query query(call->request.query);
    const auto wanted = query.last("status").value_or("");
    const auto status = parse_name<domain::DeliveryStatus>(wanted);
    if (!wanted.empty() && !status) {
        return call->failed(
            bad_fields(Errors::of_field("status", Errors::sentence(not_a_choice(wanted))))
        );
    }
    const auto* const deliveries = call->service.webhook_deliveries;
    if (deliveries == nullptr) return call->failed(nothing_is_delivered());
    auto all = deliveries->list(call->organization(), *webhook);
    if (status) std::erase_if(all, [&](const auto& one) { return one.status != *status; });
    const auto page = find_page(query, all.size());
    if (!page) return call->failed(invalid_page());
    std::vector<std::string> results;
    for (auto i = page->offset(); i < all.size() && results.size() < page->size; ++i) {
        results.push_back(delivery_json(*id, all[i]));
    }
    return render_page(*call, query, *page, std::move(results));
}

Step redeliver_to_webhook(CallPtr call) {
    const auto id = call->path_id<WebhookId>(0);
    if (!id) return call->failed(not_found());
    const auto sequence = sequence_in(*id, call->path_values.at(1));
    return after_sync(call, call->organization(), [call, id = *id, sequence]() -> Step {
        const auto webhook = find_webhook(*call, id);
        if (!webhook) return call->failed(no_match("Webhook"));
        const auto reader = call->service.store->snapshot();
        const auto head = projections::find_head(*reader, call->organization()).sequence;
        if (sequence == 0 || sequence > head) return call->failed(no_match("Delivery"));
        auto* const deliveries = call->service.webhook_deliveries;
        if (deliveries == nullptr) return call->failed(nothing_is_delivered());
        return await_attempt(call, [&](WebhookDeliveries::Done done) {
            deliveries->redeliver(call->organization(), *webhook, sequence, std::move(done));
        });
    });
}

}  // namespace consularia::api
