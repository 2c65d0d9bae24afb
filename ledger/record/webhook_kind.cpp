#include "ledger/record/webhook_kind.hpp"

#include "base/overloaded.hpp"
#include "ledger/record/json_reader.hpp"

#include <concepts>
#include <variant>

namespace consularia::ledger {

namespace {

// The bytes around the texts.
constexpr std::size_t kSettingsBytes = 100;
constexpr std::size_t kRowBytes = 150;

template <class T, class... Ts>
concept OneOf = (std::same_as<T, Ts> || ...);

std::size_t bytes_of_types(const domain::WebhookTypes& types) {
    std::size_t bytes = 0;
    for (const auto& name : types.names()) bytes += name.value().size();
    return bytes;
}

std::size_t bytes_of_settings(const domain::WebhookSettings& settings) {
    return kSettingsBytes + settings.url.value().size() + settings.description.value().size() +
           bytes_of_types(settings.types);
}

}  // namespace

std::string WebhookKind::subject_of(const Id&, const Event& event) {
    return "webhooks/" + domain::target_of(event).to_string();
}

std::optional<WebhookKind::Id> WebhookKind::read_id(
    const JsonReader& record, domain::OrganizationId organization, const Event& event
) {
    const Id id{organization.bytes};
    return record.parsed("subject", [&](std::string_view text) {
        return text == subject_of(id, event) ? std::optional(id) : std::nullopt;
    });
}

std::size_t WebhookKind::bytes_of(const Command& command) {
    return std::visit(
        Overloaded{
            [](const domain::RegisterWebhook& given) { return bytes_of_settings(given.settings); },
            [](const domain::UpdateWebhook& given) {
                return (given.url ? given.url->value().size() : 0) +
                       (given.types ? bytes_of_types(*given.types) : 0) +
                       (given.description ? given.description->value().size() : 0);
            },
            []<OneOf<
                domain::RotateWebhookSecret,
                domain::ReplayWebhook,
                domain::DeactivateWebhook,
                domain::DeleteWebhook> Given>(const Given&) { return std::size_t{0}; }},
        command
    );
}

std::size_t WebhookKind::bytes_of(const State& state) {
    std::size_t bytes = 0;
    for (const auto& webhook : state.all) bytes += kRowBytes + bytes_of_settings(webhook.settings);
    return bytes;
}

}  // namespace consularia::ledger
