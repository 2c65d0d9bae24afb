#include "domain/webhook/decide.hpp"

#include "domain/limits.hpp"

#include <algorithm>

namespace consularia::domain {

namespace {

using Decision = Result<std::optional<WebhookEvent>>;
using Expected = std::optional<std::vector<Version>>;

constexpr NotFound kNoWebhook{"Webhook"};

Decision nothing() {
    return std::nullopt;
}

Decision refuse(const Rejection& why) {
    return Decision(tl::unexpect, why);
}

bool expects(const Expected& expected, const Webhook& webhook) {
    return !expected || std::ranges::find(*expected, webhook.version) != expected->end();
}

/// The change that this given value makes, if any.
template <class T>
std::optional<Change<T>> change(const T& from, const std::optional<T>& to) {
    if (!to || *to == from) return std::nullopt;
    return Change<T>{from, *to};
}

/// Inactive stays inactive for the reason that it is.
std::optional<WebhookStatus> status_for(const Webhook& webhook, std::optional<bool> active) {
    if (!active || *active == webhook.active()) return std::nullopt;
    return *active ? WebhookStatus::active : WebhookStatus::inactive;
}

// The rules of what exists.

Decision rule(const Webhook& webhook, const UpdateWebhook& command, Timestamp) {
    const auto& settings = webhook.settings;
    const auto& [id, expected, url, types, description, payload, active] = command;
    WebhookUpdated event{
        id,
        change(settings.url, url),
        change(settings.types, types),
        change(settings.description, description),
        change(settings.payload, payload),
        change(settings.status, status_for(webhook, active))};
    if (event == WebhookUpdated{id, {}, {}, {}, {}, {}}) return nothing();
    return event;
}

Decision rule(const Webhook& webhook, const RotateWebhookSecret& command, Timestamp now) {
    if (command.generation != webhook.generation) return nothing();
    const auto until = std::min(now + command.grace, kLatest);
    return WebhookSecretRotated{webhook.id, webhook.generation + 1, until};
}

Decision rule(const Webhook& webhook, const ReplayWebhook& command, Timestamp) {
    const auto& start = webhook.start;
    if (start.after == command.after && start.set_by != command.seen_set_by) return nothing();
    return WebhookReplayed{webhook.id, command.after};
}

Decision rule(const Webhook& webhook, const DeleteWebhook&, Timestamp) {
    return WebhookDeleted{webhook.id};
}

// The rules of all commands.

template <class Command>
Decision rule(const Webhooks& state, const Command& command, Timestamp now) {
    const auto* const webhook = state.find(command.id);
    if (webhook == nullptr) return refuse(kNoWebhook);
    if (!expects(command.expected, *webhook)) return refuse(VersionMismatch{});
    return rule(*webhook, command, now);
}

Decision rule(const Webhooks& state, const RegisterWebhook& command, Timestamp) {
    if (state.find(command.id) != nullptr) return nothing();  // A retry.
    if (state.all.size() >= limits::kWebhooks.accepted) return refuse(TooManyWebhooks{});
    return WebhookRegistered{command.id, command.settings};
}

Decision rule(const Webhooks& state, const DeactivateWebhook& command, Timestamp) {
    const auto* const webhook = state.find(command.id);
    if (webhook == nullptr || webhook->version != command.version || !webhook->active()) {
        return nothing();
    }
    WebhookUpdated event{webhook->id, {}, {}, {}, {}, {}};
    event.status = Change<WebhookStatus>{webhook->settings.status, WebhookStatus::gone};
    return event;
}

}  // namespace

Decision decide(const Webhooks& state, const WebhookCommand& command, Timestamp now) {
    return std::visit([&](const auto& given) { return rule(state, given, now); }, command);
}

}  // namespace consularia::domain
