#include "domain/webhook/evolve.hpp"

#include "domain/limits.hpp"

#include <utility>

namespace consularia::domain {

namespace {

using Evolved = tl::expected<Webhooks, ImpossibleTransition>;
using Occurrence = OccurrenceOf<WebhooksId>;

/// Sets a value that must have been the old one. Returns false if it was another.
template <class T>
bool set(T& value, const std::optional<Change<T>>& change) {
    if (!change) return true;
    if (value != change->from) return false;
    value = change->to;
    return true;
}

// Each returns whether the event can have happened. Members are named, so that a new one does not
// compile until it is carried out.

bool apply(Webhook& webhook, const WebhookUpdated& event, const Occurrence&) {
    const auto& [id, url, types, description, payload, status] = event;
    auto& settings = webhook.settings;
    return set(settings.url, url) && set(settings.types, types) &&
           set(settings.description, description) && set(settings.payload, payload) &&
           set(settings.status, status);
}

bool apply(Webhook& webhook, const WebhookSecretRotated& event, const Occurrence&) {
    if (event.generation != webhook.generation + 1) return false;
    webhook.generation = event.generation;
    webhook.previous_signs_until = event.previous_signs_until;
    return true;
}

bool apply(Webhook& webhook, const WebhookReplayed& event, const Occurrence& occurrence) {
    webhook.start = {occurrence.sequence, event.after};
    return true;
}

template <class Event>
bool apply(Webhooks& state, const Event& event, const Occurrence& occurrence) {
    auto* const webhook = state.find(event.id);
    if (webhook == nullptr) return false;
    ++webhook->version;
    return apply(*webhook, event, occurrence);
}

bool apply(Webhooks& state, const WebhookRegistered& event, const Occurrence& occurrence) {
    if (state.find(event.id) != nullptr) return false;
    if (state.all.size() >= limits::kWebhooks.stored) return false;
    const DeliveryStart start{occurrence.sequence, occurrence.sequence};
    state.all.push_back({event.id, event.settings, occurrence.time, 1, std::nullopt, start, 1});
    return true;
}

bool apply(Webhooks& state, const WebhookDeleted& event, const Occurrence&) {
    return std::erase_if(state.all, [&](const auto& one) { return one.id == event.id; }) > 0;
}

}  // namespace

Evolved evolve(Webhooks state, const WebhookEvent& event, const Occurrence& occurrence) {
    const auto happen = [&](const auto& happened) { return apply(state, happened, occurrence); };
    if (!std::visit(happen, event)) return tl::unexpected(ImpossibleTransition{});
    return state;
}

}  // namespace consularia::domain
