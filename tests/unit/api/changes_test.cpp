// What an event of each type shows to have changed.
#include "api/history/changes.hpp"

#include "tests/support/domain_samples.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <utility>

namespace consularia::api {
namespace {

using namespace samples;
using domain::Change;
using Json = nlohmann::ordered_json;

domain::Appointment sample(domain::Status status) {
    const auto state = evolve(domain::Absent{}, scheduled_event(), {appointment_id(), 1, kBefore});
    return domain::with_status(status, *domain::details_of(*state));
}

/// The changes of an event that found the sample appointment in this status.
Json changes(domain::AppointmentEvent event, std::optional<domain::Status> before = std::nullopt) {
    ChangedFrom from;
    from.status = [=] { return before; };
    from.appointment = [=] { return sample(before.value()); };
    from.token = [](domain::TokenId) { return std::nullopt; };
    return Json::parse(
        changes_of(ledger::AppointmentRecordEvent{appointment_id(), 2, std::move(event)}, from)
    );
}

Json changes(domain::OrganizationEvent event) {
    ChangedFrom from;
    from.token = [](domain::TokenId id) {
        return id == token_id(1) ? std::optional(make_grant(1)) : std::nullopt;
    };
    return Json::parse(
        changes_of(ledger::OrganizationRecordEvent{organization_id(), 0, std::move(event)}, from)
    );
}

Json changes(domain::WebhookEvent event) {
    return Json::parse(changes_of(
        ledger::WebhookRecordEvent{
            domain::WebhooksId{organization_id().bytes}, 0, std::move(event)},
        ChangedFrom{}
    ));
}

Json one(const char* field, const Json& old_value, const Json& new_value) {
    Json change;
    change["field"] = field;
    change["old"] = old_value;
    change["new"] = new_value;
    return change;
}

Json ann_and_bob() {
    return Json::parse(
        R"([{"id":")" + ann().id.to_string() +
        R"(","unique_id":"ann","display_name":"Ann","role":"moderator"},{"id":")" +
        bob().id.to_string() + R"(","unique_id":"bob","display_name":null,"role":"participant"}])"
    );
}

TEST(Changes, OfACreatedAppointmentAreAllItsFieldsFromNull) {
    EXPECT_EQ(
        changes(scheduled_event()),
        (Json{
            one("title", nullptr, "Consultation"),
            one("start_date_time", nullptr, "2030-01-01T10:00:00Z"),
            one("duration_minutes", nullptr, 30),
            one("status", nullptr, "scheduled"),
            one("config", nullptr, Json{{"chat_enabled", true}}),
            one("participants", nullptr, ann_and_bob())})
    );
}

TEST(Changes, OfAnUpdateAreThoseThatTheEventHas) {
    EXPECT_EQ(
        changes(domain::AppointmentUpdated{
            Change<domain::Title>{make_title("Old"), make_title("New \"one\"")},
            Change<domain::Timestamp>{kStart, kEnd},
            Change<domain::Duration>{minutes(30), minutes(45)},
            Change<domain::Config>{{}, make_config({{domain::Feature::chat, false}})},
            Change<domain::Status>{domain::Status::missed, domain::Status::scheduled}}),
        (Json{
            one("title", "Old", "New \"one\""),
            one("start_date_time", "2030-01-01T10:00:00Z", "2030-01-01T10:30:00Z"),
            one("duration_minutes", 30, 45),
            one("config", Json::object(), Json{{"chat_enabled", false}}),
            one("status", "missed", "scheduled")})
    );
    EXPECT_EQ(changes(domain::AppointmentUpdated{}), Json::array());
}

TEST(Changes, OfAStatusAreFromTheOneThatTheEventFound) {
    using enum domain::Status;
    EXPECT_EQ(
        changes(domain::AppointmentStarted{}, missed), Json{one("status", "missed", "active")}
    );
    EXPECT_EQ(
        changes(domain::AppointmentCompleted{}, active), Json{one("status", "active", "completed")}
    );
    EXPECT_EQ(
        changes(domain::AppointmentMissed{}, scheduled), Json{one("status", "scheduled", "missed")}
    );
}

TEST(Changes, OfADeletionAreAllFieldsToNull) {
    EXPECT_EQ(
        changes(domain::AppointmentDeleted{}, domain::Status::active),
        (Json{
            one("title", "Consultation", nullptr),
            one("start_date_time", "2030-01-01T10:00:00Z", nullptr),
            one("duration_minutes", 30, nullptr),
            one("status", "active", nullptr),
            one("config", Json{{"chat_enabled", true}}, nullptr),
            one("participants", ann_and_bob(), nullptr)})
    );
}

TEST(Changes, OfParticipantsShowOnlyThoseConcerned) {
    EXPECT_EQ(
        changes(domain::ParticipantsAdded{{ann(), bob()}}),
        Json{one("participants", Json::array(), ann_and_bob())}
    );
    EXPECT_EQ(
        changes(domain::ParticipantsRemoved{{ann(), bob()}}),
        Json{one("participants", ann_and_bob(), Json::array())}
    );
    const auto id = participant_id(2).to_string();
    EXPECT_EQ(
        changes(domain::ParticipantUpdated{
            participant_id(2),
            Change<std::optional<domain::DisplayName>>{std::nullopt, make_display_name("Bob")},
            Change<domain::Role>{domain::Role::participant, domain::Role::moderator}}),
        Json{
            one("participants",
                Json::parse(R"([{"id":")" + id + R"(","display_name":null,"role":"participant"}])"),
                Json::parse(R"([{"id":")" + id + R"(","display_name":"Bob","role":"moderator"}])"))}
    );
}

TEST(Changes, OfAJoinAreTheStatusIfItChangedIt) {
    EXPECT_EQ(changes(domain::ParticipantJoined{participant_id(1), {}}), Json::array());
    EXPECT_EQ(
        changes(domain::ParticipantJoined{
            participant_id(1),
            Change<domain::Status>{domain::Status::scheduled, domain::Status::active}}),
        Json{one("status", "scheduled", "active")}
    );
}

TEST(Changes, OfAnOrganizationNeverShowTheHashOfASecret) {
    Json token;
    token["id"] = token_id(1).to_string();
    token["name"] = "main";
    token["scopes"] = {"read", "write", "events", "webhooks", "audit"};
    EXPECT_EQ(
        changes(domain::OrganizationCreated{make_organization_name("Consulate"), make_grant(1)}),
        (Json{one("name", nullptr, "Consulate"), one("tokens", nullptr, Json{token})})
    );
    EXPECT_EQ(
        changes(domain::TokenIssued{make_grant(1)}), Json{one("tokens", Json::array(), Json{token})}
    );
    EXPECT_EQ(
        changes(domain::TokenRevoked{token_id(1)}), Json{one("tokens", Json{token}, Json::array())}
    );
}

TEST(Changes, OfAWebhookNameItAndNeverShowItsSecret) {
    using enum domain::WebhookStatus;
    const Json hook = Json::parse(R"([{"id":")" + webhook_id().to_string() + R"("}])");
    const auto settings = webhook_settings();
    const auto registered = changes(domain::WebhookRegistered{webhook_id(), settings});
    EXPECT_EQ(registered.at(0), one("webhooks", Json::array(), hook));
    EXPECT_EQ(registered.at(1), one("url", nullptr, settings.url.value()));
    EXPECT_EQ(registered.size(), 6U);
    EXPECT_EQ(
        changes(domain::WebhookUpdated{
            webhook_id(), {}, {}, {}, {}, Change<domain::WebhookStatus>{active, gone}}),
        (Json{one("webhooks", hook, hook), one("status", "active", "gone")})
    );
    EXPECT_EQ(
        changes(domain::WebhookSecretRotated{webhook_id(), 2, kStart}),
        (Json{
            one("webhooks", hook, hook),
            one("secret_generation", 1, 2),
            one("previous_signs_until", nullptr, "2030-01-01T10:00:00Z")})
    );
    EXPECT_EQ(
        changes(domain::WebhookReplayed{webhook_id(), 7}),
        (Json{one("webhooks", hook, hook), one("delivered_after", nullptr, 7)})
    );
    EXPECT_EQ(
        changes(domain::WebhookDeleted{webhook_id()}), Json{one("webhooks", hook, Json::array())}
    );
}

TEST(Concerns, WhomAnEventAddsRemovesChangesOrLetsIn) {
    const auto of = [](domain::AppointmentEvent event) {
        return concerns(
            ledger::AppointmentRecordEvent{appointment_id(), 1, std::move(event)}, participant_id(2)
        );
    };
    EXPECT_TRUE(of(scheduled_event()));
    EXPECT_TRUE(of(domain::ParticipantsAdded{{bob()}}));
    EXPECT_TRUE(of(domain::ParticipantsRemoved{{bob()}}));
    EXPECT_TRUE(of(domain::ParticipantUpdated{participant_id(2), {}, {}}));
    EXPECT_TRUE(of(domain::ParticipantJoined{participant_id(2), {}}));
    EXPECT_FALSE(of(domain::ParticipantsAdded{{ann()}}));
    EXPECT_FALSE(of(domain::ParticipantJoined{participant_id(1), {}}));
    EXPECT_FALSE(of(domain::AppointmentStarted{}));
}

}  // namespace
}  // namespace consularia::api
