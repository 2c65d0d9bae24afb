#include "api/history/changes.hpp"

#include "api/token_members.hpp"
#include "base/json_writer.hpp"
#include "base/overloaded.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace consularia::api {

namespace {

constexpr std::string_view kNull = "null";
constexpr std::string_view kNothing = "[]";

std::string shown(const domain::Title& title) {
    return quote_json(title.value());
}

std::string shown(domain::Timestamp time) {
    return quote_json(domain::format(time));
}

std::string shown(domain::Duration duration) {
    return std::to_string(duration.minutes());
}

std::string shown(domain::Status status) {
    return quote_json(domain::to_string(status));
}

std::string shown(const std::optional<domain::Status>& status) {
    return status ? shown(*status) : std::string(kNull);
}

std::string shown(const domain::Config& config) {
    JsonWriter json;
    json.begin_object();
    for (const auto& [feature, enabled] : config.entries()) {
        json.boolean(domain::to_string(feature), enabled);
    }
    json.end_object();
    return json.take();
}

void write_display_name(JsonWriter& json, const std::optional<domain::DisplayName>& name) {
    if (name) return json.text("display_name", name->value());
    json.null("display_name");
}

/// For NewParticipant and Participant. Without the access link: it would let its reader in.
template <class Participant>
std::string shown(const std::vector<Participant>& participants) {
    JsonWriter json;
    json.begin_array();
    for (const auto& one : participants) {
        json.begin_object();
        json.text("id", one.id.to_string());
        json.text("unique_id", one.unique_id.value());
        write_display_name(json, one.display_name);
        json.text("role", domain::to_string(one.role));
        json.end_object();
    }
    json.end_array();
    return json.take();
}

/// What changed of a participant, as the list with one entry.
std::string shown_part(
    domain::ParticipantId id,
    const std::optional<domain::DisplayName>* display_name,
    const domain::Role* role
) {
    JsonWriter json;
    json.begin_array();
    json.begin_object();
    json.text("id", id.to_string());
    if (display_name != nullptr) write_display_name(json, *display_name);
    if (role != nullptr) json.text("role", domain::to_string(*role));
    json.end_object();
    json.end_array();
    return json.take();
}

/// Without the hash of its secret.
std::string shown(const domain::TokenGrant& token) {
    JsonWriter json;
    json.begin_array();
    json.begin_object();
    write_grant(json, token);
    write_expiry(json, token);
    json.end_object();
    json.end_array();
    return json.take();
}

std::string shown(const domain::WebhookUrl& url) {
    return quote_json(url.value());
}

std::string shown(const domain::WebhookTypes& types) {
    JsonWriter json;
    json.begin_array();
    for (const auto& name : types.names()) json.element(name.value());
    json.end_array();
    return json.take();
}

std::string shown(const domain::WebhookDescription& description) {
    return quote_json(description.value());
}

std::string shown(domain::WebhookPayload payload) {
    return quote_json(domain::to_string(payload));
}

std::string shown(domain::WebhookStatus status) {
    return quote_json(domain::to_string(status));
}

/// A webhook as the list that it is in.
std::string shown(domain::WebhookId id) {
    JsonWriter json;
    json.begin_array();
    json.begin_object();
    json.text("id", id.to_string());
    json.end_object();
    json.end_array();
    return json.take();
}

class Changes {
  public:
    explicit Changes(const ChangedFrom& from) : from_(from) { json_.begin_array(); }

    void add(std::string_view field, std::string_view old_value, std::string_view new_value) {
        json_.begin_object();
        json_.text("field", field);
        json_.name("old");
        json_.raw(old_value);
        json_.name("new");
        json_.raw(new_value);
        json_.end_object();
    }

    template <class T>
    void add(std::string_view field, const std::optional<domain::Change<T>>& change) {
        if (change) add(field, shown(change->from), shown(change->to));
    }

    void add_status(domain::Status now) { add("status", shown(from_.status()), shown(now)); }

    [[nodiscard]] const ChangedFrom& from() const { return from_; }

    [[nodiscard]] std::string take() {
        json_.end_array();
        return json_.take();
    }

  private:
    const ChangedFrom& from_;
    JsonWriter json_;
};

// The members of events are named, so that a new one does not compile until it is shown.

void render(Changes& changes, const domain::AppointmentScheduled& event) {
    const auto& [title, start, duration, config, participants] = event;
    changes.add("title", kNull, shown(title));
    changes.add("start_date_time", kNull, shown(start));
    changes.add("duration_minutes", kNull, shown(duration));
    changes.add("status", kNull, shown(domain::Status::scheduled));
    changes.add("config", kNull, shown(config));
    changes.add("participants", kNull, shown(participants));
}

void render(Changes& changes, const domain::AppointmentUpdated& event) {
    const auto& [title, start, duration, config, status] = event;
    changes.add("title", title);
    changes.add("start_date_time", start);
    changes.add("duration_minutes", duration);
    changes.add("config", config);
    changes.add("status", status);
}

void render(Changes& changes, const domain::AppointmentStarted&) {
    changes.add_status(domain::Status::active);
}

void render(Changes& changes, const domain::AppointmentCompleted&) {
    changes.add_status(domain::Status::completed);
}

void render(Changes& changes, const domain::AppointmentMissed&) {
    changes.add_status(domain::Status::missed);
}

void render(Changes& changes, const domain::AppointmentDeleted&) {
    const auto before = changes.from().appointment();
    const auto* const details = domain::details_of(before);
    if (details == nullptr) return;
    changes.add("title", shown(details->title), kNull);
    changes.add("start_date_time", shown(details->start), kNull);
    changes.add("duration_minutes", shown(details->duration), kNull);
    changes.add("status", shown(domain::status_of(before)), kNull);
    changes.add("config", shown(details->config), kNull);
    changes.add("participants", shown(*details->participants), kNull);
}

void render(Changes& changes, const domain::ParticipantsAdded& event) {
    const auto& [participants] = event;
    changes.add("participants", kNothing, shown(participants));
}

void render(Changes& changes, const domain::ParticipantsRemoved& event) {
    const auto& [participants] = event;
    changes.add("participants", shown(participants), kNothing);
}

void render(Changes& changes, const domain::ParticipantUpdated& event) {
    const auto& [id, display_name, role] = event;
    changes.add(
        "participants",
        shown_part(id, display_name ? &display_name->from : nullptr, role ? &role->from : nullptr),
        shown_part(id, display_name ? &display_name->to : nullptr, role ? &role->to : nullptr)
    );
}

void render(Changes& changes, const domain::ParticipantJoined& event) {
    const auto& [id, status] = event;
    changes.add("status", status);
}

void render(Changes& changes, const domain::OrganizationCreated& event) {
    const auto& [name, token] = event;
    changes.add("name", kNull, quote_json(name.value()));
    changes.add("tokens", kNull, shown(token));
}

void render(Changes& changes, const domain::TokenIssued& event) {
    const auto& [token] = event;
    changes.add("tokens", kNothing, shown(token));
}

void render(Changes& changes, const domain::TokenRevoked& event) {
    const auto& [id] = event;
    if (const auto token = changes.from().token(id)) {
        changes.add("tokens", shown(*token), kNothing);
    }
}

void render(Changes& changes, const domain::WebhookRegistered& event) {
    const auto& [id, settings] = event;
    const auto& [url, types, description, payload, status] = settings;
    changes.add("webhooks", kNothing, shown(id));
    changes.add("url", kNull, shown(url));
    changes.add("types", kNull, shown(types));
    changes.add("description", kNull, shown(description));
    changes.add("payload", kNull, shown(payload));
    changes.add("status", kNull, shown(status));
}

void render(Changes& changes, const domain::WebhookUpdated& event) {
    const auto& [id, url, types, description, payload, status] = event;
    changes.add("webhooks", shown(id), shown(id));
    changes.add("url", url);
    changes.add("types", types);
    changes.add("description", description);
    changes.add("payload", payload);
    changes.add("status", status);
}

void render(Changes& changes, const domain::WebhookSecretRotated& event) {
    const auto& [id, generation, previous_signs_until] = event;
    changes.add("webhooks", shown(id), shown(id));
    changes.add("secret_generation", std::to_string(generation - 1), std::to_string(generation));
    changes.add("previous_signs_until", kNull, shown(previous_signs_until));
}

void render(Changes& changes, const domain::WebhookReplayed& event) {
    const auto& [id, after] = event;
    changes.add("webhooks", shown(id), shown(id));
    changes.add("delivered_after", kNull, std::to_string(after));
}

void render(Changes& changes, const domain::WebhookDeleted& event) {
    const auto& [id] = event;
    changes.add("webhooks", shown(id), kNothing);
}

template <class Participants>
bool has(const Participants& participants, domain::ParticipantId id) {
    return std::ranges::any_of(participants, [&](const auto& one) { return one.id == id; });
}

}  // namespace

std::string changes_of(const ledger::RecordEvent& event, const ChangedFrom& from) {
    Changes changes(from);
    const auto render_one = [&](const auto& happened) { render(changes, happened); };
    std::visit([&](const auto& of) { std::visit(render_one, of.event); }, event);
    return changes.take();
}

bool concerns(const ledger::RecordEvent& event, domain::ParticipantId participant) {
    const auto* const fact = std::get_if<ledger::AppointmentRecordEvent>(&event);
    if (fact == nullptr) return false;
    return std::visit(
        [&](const auto& happened) {
            if constexpr (requires { has(happened.participants, participant); }) {
                return has(happened.participants, participant);
            } else if constexpr (requires { happened.id == participant; }) {
                return happened.id == participant;
            } else {
                return false;
            }
        },
        fact->event
    );
}

}  // namespace consularia::api
