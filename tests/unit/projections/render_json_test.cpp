#include "projections/render_json.hpp"

#include "tests/support/domain_samples.hpp"
#include "tests/unit/projections/node.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace consularia::projections {
namespace {

using namespace samples;

domain::Details sample_details() {
    return {
        appointment_id(1),
        make_title("Consultation"),
        kStart,
        minutes(30),
        make_config({{domain::Feature::screenshare, false}, {domain::Feature::chat, true}}),
        std::vector<domain::Participant>{
            {participant_id(1), make_unique_id("ann"), make_display_name("Ann"), {}, 1},
            {participant_id(2), make_unique_id("bob"), std::nullopt, domain::Role::participant, 1}},
        kBefore,
        kBefore + std::chrono::microseconds(539536),
        1,
        true,
        1,
        {}};
}

std::string render(const domain::Details& details) {
    return render_appointment(organization_id(), domain::Scheduled{details}, PlainLinks{});
}

TEST(RenderJson, AnAppointmentHasItsMembersInTheOrderOfTheContract) {
    EXPECT_EQ(
        render(sample_details()),
        R"({"id":"00000000-0000-0000-0000-000000000001","title":"Consultation",)"
        R"("start_date_time":"2030-01-01T10:00:00Z","duration_minutes":30,"status":"scheduled",)"
        R"("config":{"screenshare_enabled":false,"chat_enabled":true},"participants":[)"
        R"({"id":"00000000-0000-0000-0000-000000000001","unique_id":"ann","display_name":"Ann",)"
        R"("role":"moderator","access_link":"https://c.example/join/1"},)"
        R"({"id":"00000000-0000-0000-0000-000000000002","unique_id":"bob","display_name":null,)"
        R"("role":"participant","access_link":"https://c.example/join/2"}],)"
        R"("created_at":"2030-01-01T09:00:00Z","updated_at":"2030-01-01T09:00:00.539536Z"})"
    );
}

TEST(RenderJson, WithoutConfigAndParticipantsThereAreEmptyOnes) {
    auto details = sample_details();
    details.config = {};
    details.participants = {};
    const auto json = render(details);
    EXPECT_NE(json.find(R"("config":{},"participants":[],"created_at")"), std::string::npos)
        << json;
}

TEST(RenderJson, EveryStatusHasItsName) {
    const PlainLinks links;
    const auto status_in = [&](const domain::Appointment& appointment) {
        return nlohmann::json::parse(render_appointment(organization_id(), appointment, links))
            .at("status")
            .get<std::string>();
    };
    EXPECT_EQ(status_in(domain::Active{sample_details()}), "active");
    EXPECT_EQ(status_in(domain::Completed{sample_details()}), "completed");
    EXPECT_EQ(status_in(domain::Missed{sample_details()}), "missed");
}

TEST(RenderJson, AParticipantAloneIsTheSameAsInItsAppointment) {
    const auto details = sample_details();
    const auto json = render(details);
    for (const auto& participant : *details.participants) {
        const auto alone =
            render_participant(organization_id(), details.id, participant, PlainLinks{});
        EXPECT_NE(json.find(alone), std::string::npos) << alone;
    }
}

TEST(RenderJson, TheFirstAndTheLastYearHaveFourDigits) {
    auto details = sample_details();
    details.start = domain::kEarliest;
    details.updated_at = domain::kLatest;
    const auto json = render(details);
    EXPECT_NE(json.find(R"("start_date_time":"0001-01-01T00:00:00Z")"), std::string::npos);
    EXPECT_NE(json.find(R"("updated_at":"9999-12-31T23:59:59.999999Z")"), std::string::npos);
}

TEST(RenderJson, TextsComeBackWhateverIsInThem) {
    for (const std::string text :
         {"\"\\/", "\b\f\n\r\t\x01\x1f\x7f", "Grüße, \u4e16\u754c \U0001F5D3\u2028", "</script>"}) {
        auto details = sample_details();
        details.title = make_title(text);
        auto participants = *details.participants;
        participants[0].unique_id = make_unique_id(text);
        participants[0].display_name = make_display_name(text);
        details.participants = std::move(participants);
        const auto json = nlohmann::json::parse(render(details));
        EXPECT_EQ(json.at("title"), text);
        EXPECT_EQ(json.at("participants")[0].at("unique_id"), text);
        EXPECT_EQ(json.at("participants")[0].at("display_name"), text);
    }
}

/// Counts the links that it makes.
class CountingLinks final : public Links {
  public:
    std::string access_link(
        domain::OrganizationId organization,
        domain::AppointmentId appointment,
        domain::ParticipantId participant
    ) const override {
        ++made;
        return PlainLinks{}.access_link(organization, appointment, participant);
    }

    std::optional<LinkTarget> verify(std::string_view) const override { return std::nullopt; }

    std::string fingerprint() const override { return "counting"; }

    mutable int made = 0;
};

TEST(RenderDocument, TakesUnchangedParticipantsFromAnEarlierOne) {
    using Participants = std::vector<domain::Participant>;
    auto details = sample_details();
    Participants people;
    for (std::uint32_t i = 1; i <= 9; ++i) {
        const auto name = "user-" + std::to_string(i);
        people.push_back({participant_id(i), make_unique_id(name), std::nullopt, {}, 1});
    }
    details.participants = people;
    const CountingLinks links;
    const domain::Appointment before = domain::Scheduled{details};
    const RenderedAppointment earlier{
        render_document(organization_id(), before, links, std::nullopt), details.participants};
    const auto links_for = [&](const Participants& now) {
        auto changed = details;
        changed.title = make_title("Another title");
        changed.participants = now;
        const domain::Appointment after = domain::Active{changed};
        links.made = 0;
        const auto document = render_document(organization_id(), after, links, earlier);
        EXPECT_EQ(document.json, render_appointment(organization_id(), after, PlainLinks{}));
        EXPECT_EQ(document.lengths.size(), now.size());
        const auto made = links.made;
        const RenderedAppointment again{document, changed.participants};
        EXPECT_EQ(
            render_document(organization_id(), before, links, again).json, earlier.document.json
        );
        return made;
    };
    EXPECT_EQ(links_for(people), 0);
    auto renamed = people;
    renamed[4].display_name = make_display_name("Eve");
    EXPECT_EQ(links_for(renamed), 1);
    auto fewer = people;
    fewer.erase(fewer.begin() + 7, fewer.end());
    fewer.erase(fewer.begin(), fewer.begin() + 2);
    EXPECT_EQ(links_for(fewer), 0);
    auto others = fewer;
    others.push_back({participant_id(12), make_unique_id("l"), std::nullopt, {}, 2});
    others.push_back({participant_id(13), make_unique_id("m"), std::nullopt, {}, 2});
    EXPECT_EQ(links_for(others), 2);
    EXPECT_EQ(links_for({}), 0);
}

}  // namespace
}  // namespace consularia::projections
