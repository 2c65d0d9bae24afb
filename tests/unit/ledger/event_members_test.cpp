// A version of an event, once stored, is never extended: an older node would not see what was
// added. Here stand the members that the `data` of each type may hold, for every kind of aggregate.

#include "ledger/record/record.hpp"
#include "tests/unit/ledger/golden_records.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <concepts>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <variant>
#include <vector>

namespace consularia::ledger {
namespace {

using Paths = std::set<std::string>;

constexpr const char* kNewParticipants =
    " participants[].id participants[].role"
    " participants[].person.unique_id participants[].person.display_name";
constexpr const char* kToken =
    " token.id token.name token.scopes[] token.secret_sha256 token.expires_at";

/// `~` stands for `old` and for `new`.
const std::map<std::string, std::string> kMembers{
    {"dev.consularia.appointment.scheduled.v1",
     std::string("start_date_time duration_minutes config private.title") + kNewParticipants},
    {"dev.consularia.appointment.updated.v1",
     "~.start_date_time ~.duration_minutes ~.config ~.private.title ~.status"},
    {"dev.consularia.appointment.started.v1", ""},
    {"dev.consularia.appointment.completed.v1", ""},
    {"dev.consularia.appointment.missed.v1", ""},
    {"dev.consularia.appointment.deleted.v1", ""},
    {"dev.consularia.appointment.participants_added.v1", kNewParticipants},
    {"dev.consularia.appointment.participants_removed.v1", kNewParticipants},
    {"dev.consularia.appointment.participant_updated.v1", "id ~.role ~.person.display_name"},
    {"dev.consularia.appointment.participant_joined.v1", "id ~.status"},
    {"dev.consularia.organization.created.v1", std::string("name") + kToken},
    {"dev.consularia.organization.created.v2", std::string("name") + kToken},
    {"dev.consularia.organization.token_issued.v1", kToken},
    {"dev.consularia.organization.token_issued.v2", kToken},
    {"dev.consularia.organization.token_revoked.v1", "token.id"},
    {"dev.consularia.webhook.registered.v1", "id url types[] description payload status"},
    {"dev.consularia.webhook.updated.v1", "id ~.url ~.types[] ~.description ~.payload ~.status"},
    {"dev.consularia.webhook.secret_rotated.v1", "id generation previous_signs_until"},
    {"dev.consularia.webhook.replayed.v1", "id after"},
    {"dev.consularia.webhook.deleted.v1", "id"},
};

Paths split(const std::string& text) {
    std::istringstream words(text);
    Paths paths;
    for (std::string word; words >> word;) paths.insert(word);
    return paths;
}

/// The paths of the values in the JSON. What `config` may hold has versions (versions.hpp).
void add_paths(const nlohmann::json& json, const std::string& path, Paths& paths) {
    if (json.is_object() && path != "config" && path != "~.config") {
        for (const auto& [key, value] : json.items()) {
            const std::string name = key == "old" || key == "new" ? "~" : key;
            add_paths(value, path.empty() ? name : path + "." + name, paths);
        }
    } else if (json.is_array()) {
        for (const auto& element : json) add_paths(element, path + "[]", paths);
    } else {
        paths.insert(path);
    }
}

TEST(EventMembers, OfStoredVersionsNeverChange) {
    std::map<std::string, Paths> golden;
    for (const std::string& value : golden_values()) {
        const auto json = nlohmann::json::parse(value);
        add_paths(json.at("data"), "", golden[json.at("type").get<std::string>()]);
    }
    Kinds::for_each([&]<class Kind>(std::type_identity<Kind>) {
        for (const auto& type : Kind::event_types()) {
            const auto members = kMembers.find(std::string(type.name));
            ASSERT_NE(members, kMembers.end()) << type.name << ": a new type is a new line";
            for (const auto& path : golden[members->first]) {
                EXPECT_TRUE(split(members->second).contains(path))
                    << path << ": a new member is a new version of " << type.name;
            }
        }
    });
}

// The golden records hold every member that an event can have, so that none escapes the test above.
// A new member does not compile here until it is named.

using domain::Change;

auto members(const domain::NewParticipant& it) {
    const auto& [id, unique_id, display_name, role] = it;
    return std::tie(id, unique_id, display_name, role);
}

auto members(const domain::TokenGrant& it) {
    const auto& [id, name, scopes, secret_hash, expires_at] = it;
    return std::tie(id, name, scopes, secret_hash, expires_at);
}

auto members(const domain::AppointmentScheduled& it) {
    const auto& [title, start, duration, config, participants] = it;
    return std::tie(title, start, duration, config, participants);
}

auto members(const domain::AppointmentUpdated& it) {
    const auto& [title, start, duration, config, status] = it;
    return std::tie(title, start, duration, config, status);
}

auto members(const domain::ParticipantsAdded& it) {
    const auto& [participants] = it;
    return std::tie(participants);
}

auto members(const domain::ParticipantsRemoved& it) {
    const auto& [participants] = it;
    return std::tie(participants);
}

auto members(const domain::ParticipantUpdated& it) {
    const auto& [id, display_name, role] = it;
    return std::tie(id, display_name, role);
}

auto members(const domain::ParticipantJoined& it) {
    const auto& [id, status] = it;
    return std::tie(id, status);
}

auto members(const domain::OrganizationCreated& it) {
    const auto& [name, token] = it;
    return std::tie(name, token);
}

auto members(const domain::TokenIssued& it) {
    const auto& [token] = it;
    return std::tie(token);
}

auto members(const domain::TokenRevoked& it) {
    const auto& [token] = it;
    return std::tie(token);
}

auto members(const domain::WebhookSettings& it) {
    const auto& [url, types, description, payload, status] = it;
    return std::tie(url, types, description, payload, status);
}

auto members(const domain::WebhookRegistered& it) {
    const auto& [id, settings] = it;
    return std::tie(id, settings);
}

auto members(const domain::WebhookUpdated& it) {
    const auto& [id, url, types, description, payload, status] = it;
    return std::tie(id, url, types, description, payload, status);
}

auto members(const domain::WebhookSecretRotated& it) {
    const auto& [id, generation, previous_signs_until] = it;
    return std::tie(id, generation, previous_signs_until);
}

auto members(const domain::WebhookReplayed& it) {
    const auto& [id, after] = it;
    return std::tie(id, after);
}

auto members(const domain::WebhookDeleted& it) {
    const auto& [id] = it;
    return std::tie(id);
}

template <class Event>
requires std::is_empty_v<Event>

auto members(const Event&) {
    return std::tuple<>();
}

template <class T>
concept HasMembers = requires(const T& it) {
    members(it);
};

template <class T>
concept IsValue = !std::is_aggregate_v<T> || std::same_as<T, domain::Scopes> ||
                  std::same_as<T, domain::SecretHash> || requires(T id) {
    id.bytes;
};

/// Calls `found` with every member that an object of this type can have, as type and number, and
/// whether this object has it.
template <class T, class Found>
void walk(const T* object, const std::string& member, const Found& found) {
    if constexpr (requires {
                      typename T::value_type;
                      object->has_value();
                  }) {
        walk(object && *object ? &**object : nullptr, member, found);
    } else if constexpr (HasMembers<T>) {
        using Members = decltype(members(std::declval<const T&>()));
        [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
            [[maybe_unused]] const auto nth =
                [&]<std::size_t kNumber>(std::integral_constant<std::size_t, kNumber>) {
                    using Member = std::remove_reference_t<std::tuple_element_t<kNumber, Members>>;
                    Member* const value = object ? &std::get<kNumber>(members(*object)) : nullptr;
                    walk(value, typeid(T).name() + (" " + std::to_string(kNumber)), found);
                };
            (nth(std::integral_constant<std::size_t, kIndex>()), ...);
        }
        (std::make_index_sequence<std::tuple_size_v<Members>>());
    } else {
        static_assert(IsValue<T>, "its members are missing above");
        found(member, object != nullptr);
    }
}

template <class T, class Found>
void walk(const std::vector<T>* list, const std::string& member, const Found& found) {
    walk(static_cast<const T*>(nullptr), member, found);
    if (list == nullptr) return;
    for (const T& element : *list) walk(&element, member, found);
}

template <class T, class Found>
void walk(const Change<T>* change, const std::string& member, const Found& found) {
    walk(change ? &change->from : nullptr, member, found);
    walk(change ? &change->to : nullptr, member, found);
}

TEST(EventMembers, AreAllInGoldenRecords) {
    std::map<std::string, bool> held;
    const auto found = [&](const std::string& member, bool holds) {
        held[member] = held[member] || holds;
    };
    for (const auto& [name, record] : golden_records()) {
        std::visit(
            [&](const auto& fact) {
                std::visit(
                    [&](const auto& event) { walk(&event, typeid(event).name(), found); },
                    fact.event
                );
            },
            record.event
        );
    }
    for (const auto& [member, holds] : held) EXPECT_TRUE(holds) << member;
    EXPECT_GT(held.size(), 20U);
}

}  // namespace
}  // namespace consularia::ledger
