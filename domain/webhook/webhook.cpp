#include "domain/webhook/webhook.hpp"

#include <algorithm>
#include <set>

namespace consularia::domain {

bool WebhookTypes::include(std::string_view type) const {
    if (names_.empty()) return true;
    return std::ranges::any_of(names_, [&](const auto& name) { return name.value() == type; });
}

std::optional<WebhookTypes> WebhookTypes::up_to(std::size_t max, std::vector<EventTypeName> types) {
    if (types.size() > max) return std::nullopt;
    if (std::set(types.begin(), types.end()).size() != types.size()) return std::nullopt;
    return WebhookTypes(std::move(types));
}

const Webhook* Webhooks::find(WebhookId id) const {
    const auto found = std::ranges::find(all, id, &Webhook::id);
    return found == all.end() ? nullptr : &*found;
}

Webhook* Webhooks::find(WebhookId id) {
    const auto found = std::ranges::find(all, id, &Webhook::id);
    return found == all.end() ? nullptr : &*found;
}

}  // namespace consularia::domain
