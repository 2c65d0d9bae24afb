// The lists and limits of the OpenAPI document are those of the domain: requests are limited by
// what is accepted, answers by what is stored.

#include "api/published_documents.hpp"
#include "domain/appointment/door.hpp"
#include "domain/limits.hpp"
#include "domain/organization/scopes.hpp"
#include "domain/webhook/delivery.hpp"
#include "ledger/record/aggregates.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>
#include <string>
#include <type_traits>
#include <vector>

namespace consularia::api {
namespace {

namespace limits = domain::limits;
using Json = nlohmann::ordered_json;

const Json& schemas() {
    static const Json document = Json::parse(openapi_document());
    return document.at("components").at("schemas");
}

const Json& at(const char* pointer) {
    return schemas().at(Json::json_pointer(pointer));
}

template <class List>
std::vector<std::string> names(const List& list) {
    std::vector<std::string> names;
    for (const auto value : list) names.emplace_back(to_string(value));
    return names;
}

std::vector<std::string> keys(const Json& object) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : object.items()) keys.push_back(key);
    return keys;
}

TEST(OpenApiDocument, ListsWhatTheDomainKnows) {
    EXPECT_EQ(at("/Appointment/properties/status/enum"), names(kAllOf<domain::Status>));
    EXPECT_EQ(at("/Role/enum"), names(kAllOf<domain::Role>));
    EXPECT_EQ(at("/Invitation/properties/role/enum"), names(kAllOf<domain::Role>));
    EXPECT_EQ(at("/Admission/properties/role/enum"), names(kAllOf<domain::Role>));
    EXPECT_EQ(at("/Invitation/properties/state/enum"), names(kAllOf<domain::Door>));
    EXPECT_EQ(at("/Scopes/items/enum"), names(domain::kScopes));
    EXPECT_EQ(at("/Webhook/properties/payload/enum"), names(kAllOf<domain::WebhookPayload>));
    EXPECT_EQ(at("/Webhook/properties/state/enum"), names(kAllOf<domain::EndpointState>));
    EXPECT_EQ(at("/WebhookDelivery/properties/status/enum"), names(kAllOf<domain::DeliveryStatus>));
    std::set<std::string> types;
    ledger::Kinds::for_each([&]<class Kind>(std::type_identity<Kind>) {
        for (const auto& type : Kind::event_types()) types.emplace(type.name);
    });
    EXPECT_EQ(at("/EventType/enum").get<std::set<std::string>>(), types);
    const auto features = names(kAllOf<domain::Feature>);
    EXPECT_EQ(keys(at("/ConfigInput/oneOf/0/properties")), features);
    EXPECT_EQ(keys(at("/Appointment/properties/config/properties")), features);
}

TEST(OpenApiDocument, LimitsRequestsToWhatIsAccepted) {
    EXPECT_EQ(at("/Title/anyOf/0/maxLength"), limits::kTitle.accepted);
    EXPECT_EQ(at("/UniqueId/anyOf/0/maxLength"), limits::kUniqueId.accepted);
    EXPECT_EQ(at("/DisplayName/anyOf/0/maxLength"), limits::kDisplayName.accepted);
    EXPECT_EQ(at("/DurationMinutes/anyOf/0/minimum"), limits::kShortest.accepted);
    EXPECT_EQ(at("/DurationMinutes/anyOf/0/maximum"), limits::kLongest.accepted);
    EXPECT_EQ(
        at("/NewAppointment/properties/participants/maxItems"), limits::kParticipants.accepted
    );
    EXPECT_EQ(at("/NewParticipants/maxItems"), limits::kParticipants.accepted);
    const auto organization_name = limits::kOrganizationName.accepted;
    EXPECT_EQ(at("/NewOrganization/properties/name/anyOf/0/maxLength"), organization_name);
    EXPECT_EQ(at("/NewToken/properties/name/anyOf/0/maxLength"), limits::kTokenName.accepted);
    EXPECT_EQ(at("/WebhookUrl/maxLength"), limits::kWebhookUrl.accepted);
    EXPECT_EQ(at("/WebhookDescription/anyOf/0/maxLength"), limits::kWebhookDescription.accepted);
    EXPECT_EQ(at("/NewWebhook/properties/types/maxItems"), limits::kWebhookTypes.accepted);
    const Json parameters = Json::parse(openapi_document()).at("components").at("parameters");
    EXPECT_EQ(
        parameters.at("Idempotency-Key").at("schema").at("maxLength"),
        limits::kIdempotencyKey.accepted
    );
}

TEST(OpenApiDocument, LimitsAnswersToWhatIsStored) {
    for (const std::string schema : {"/Appointment", "/Invitation", "/Admission"}) {
        const Json& properties = at((schema + "/properties").c_str());
        EXPECT_EQ(properties.at("title").at("maxLength"), limits::kTitle.stored);
        EXPECT_EQ(properties.at("duration_minutes").at("minimum"), limits::kShortest.stored);
        EXPECT_EQ(properties.at("duration_minutes").at("maximum"), limits::kLongest.stored);
    }
    EXPECT_EQ(at("/Appointment/properties/participants/maxItems"), limits::kParticipants.stored);
    EXPECT_EQ(at("/Participant/properties/unique_id/maxLength"), limits::kUniqueId.stored);
    EXPECT_EQ(at("/Participant/properties/display_name/maxLength"), limits::kDisplayName.stored);
}

}  // namespace
}  // namespace consularia::api
