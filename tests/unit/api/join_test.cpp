// Access links from request to answer, at exact moments and through failures that no client can
// cause.
#include "api/dispatch.hpp"
#include "api/rates.hpp"
#include "tests/support/domain_samples.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/record_samples.hpp"
#include "tests/support/service.hpp"
#include "tests/unit/projections/node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace consularia::api {
namespace {

using namespace samples;
using domain::Timestamp;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kDead = R"({"detail":"This link is no longer valid."})";
constexpr const char* kGood = "the-good-token";

/// Knows one token: Ann's in the sample appointment.
class OneLink final : public projections::Links {
  public:
    std::string access_link(domain::OrganizationId, domain::AppointmentId, domain::ParticipantId)
        const override {
        return std::string("https://c.example/join/") + kGood;
    }

    std::optional<projections::LinkTarget> verify(std::string_view token) const override {
        if (token != kGood) return std::nullopt;
        return projections::LinkTarget{organization_id(), appointment_id(), ann().id};
    }

    std::string fingerprint() const override { return "one"; }
};

class Join : public testing::Test {
  protected:
    Join() {
        service_.store = &node_.store;
        service_.links = &links_;
        clock_.set_wall(kStart);
        node_.apply({history_.create(), history_.schedule()});
    }

    Step ask(const std::string& method, const std::string& accept, const char* token = kGood) {
        request_ = {
            method,
            std::string("/join/") + token,
            "",
            {{"Accept", accept}},
            {"req-1", "own-1"},
            ""};
        auto step = dispatch(service_, request_, trace_);
        return std::get<AfterStart>(step.next).then();
    }

    Response look(const std::string& accept = "application/json", bool fresh = true) {
        auto step = ask("GET", accept);
        auto& sync = std::get<AfterSync>(step.next);
        EXPECT_EQ(sync.organization, organization_id());
        auto synced = sync.then(fresh);
        if (auto* response = std::get_if<Response>(&synced.next)) return *response;
        return std::get<Response>(std::get<InTurn>(synced.next).then().next);
    }

    /// The command that a POST leads to.
    Submit submit(const std::string& accept = "application/json") {
        auto step = ask("POST", accept);
        return std::get<Submit>(std::move(step.next));
    }

    Response answer(ledger::Reply reply, const std::string& accept = "application/json") {
        return submit(accept).render(std::move(reply));
    }

    /// The sample appointment as the store has it.
    domain::Appointment node_appointment() {
        return projections::find_appointment(node_.reader(), organization_id(), appointment_id());
    }

    projections::Node node_;
    History history_;
    OneLink links_;
    test::ManualClock clock_;
    Rates rates_{{0, 0, 0}, clock_, {}};
    Service service_ = test::make_service(clock_, rates_);
    Request request_;
    Trace trace_;
};

TEST_F(Join, GetSeesTheDoorOpenAndEndAtTheMicrosecond) {
    const auto opens = later(kStart, -15);
    const std::pair<Timestamp, const char*> moments[] = {
        {opens - std::chrono::microseconds(1), "early"},
        {opens, "open"},
        {kEnd - std::chrono::microseconds(1), "open"},
        {kEnd, "ended"}};
    for (const auto& [now, state] : moments) {
        clock_.set_wall(now);
        EXPECT_THAT(look().body, HasSubstr("{\"state\":\"" + std::string(state) + "\",")) << state;
    }
}

TEST_F(Join, GetSaysAllOfItInOneOrder) {
    EXPECT_EQ(
        look().body,
        R"({"state":"open","title":"Consultation","start_date_time":"2030-01-01T10:00:00Z",)"
        R"("duration_minutes":30,"opens_at":"2030-01-01T09:45:00Z",)"
        R"("ends_at":"2030-01-01T10:30:00Z","display_name":"Ann","role":"moderator"})"
    );
}

TEST_F(Join, PostIsACommandOfTheParticipantWithoutAKey) {
    service_.join_opens_before = std::chrono::seconds(7);
    service_.join_repeat = std::chrono::seconds(8);
    const auto submission = submit().submission;
    EXPECT_EQ(submission.organization, organization_id());
    const auto* actor = std::get_if<ledger::ParticipantActor>(&submission.actor);
    ASSERT_NE(actor, nullptr);
    EXPECT_EQ(actor->participant, ann().id);
    EXPECT_EQ(submission.idempotency, std::nullopt);
    EXPECT_EQ(submission.request.shown, "req-1");
    EXPECT_EQ(submission.request.own, "own-1");
    const auto* command = std::get_if<domain::JoinAppointment>(
        &std::get<domain::AppointmentCommand>(submission.command)
    );
    ASSERT_NE(command, nullptr);
    EXPECT_EQ(command->id, appointment_id());
    EXPECT_EQ(command->participant, ann().id);
    EXPECT_EQ(command->opens_before, std::chrono::seconds(7));
    EXPECT_EQ(command->repeat, std::chrono::seconds(8));
}

TEST_F(Join, OfAnUnknownTokenAsksTheLedgerNothing) {
    auto step = ask("GET", "application/json", "another");
    EXPECT_EQ(std::get<Response>(step.next).status, 404);
    step = ask("POST", "application/json", "another");
    const auto response = std::get<Response>(step.next);
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(response.body, kDead);
}

TEST_F(Join, OfWhatTheLedgerDoesNotFindIsADeadLinkOfOneKind) {
    for (const auto* what : {"Appointment", "Participant", "Organization"}) {
        const auto response = answer(ledger::Refused{domain::NotFound{what}, 7});
        EXPECT_EQ(response.status, 404);
        EXPECT_EQ(response.body, kDead);
        EXPECT_EQ(response.sequence, std::nullopt);
    }
}

TEST_F(Join, TellsNobodyHowMuchHappensInTheOrganization) {
    const ledger::Reply replies[] = {
        ledger::Refused{domain::Conflict::joining_is_not_open_yet, 7},
        ledger::Refused{domain::Conflict::appointment_has_ended, 7},
        ledger::Frozen{},
        ledger::Accepted{{7, {}, kStart}, node_appointment(), {}}};
    for (const auto& reply : replies) EXPECT_EQ(answer(reply).sequence, std::nullopt);
    EXPECT_EQ(look().sequence, std::nullopt);
}

TEST_F(Join, IsLedToTheMeetingWithTheValuesOfTheJoin) {
    service_.meeting_url = [](auto organization, const auto& details, const auto& participant) {
        EXPECT_EQ(organization, organization_id());
        return "https://m.example/" + details.title.value() + "?" + participant.unique_id.value();
    };
    const ledger::Accepted accepted{{3, {}, kStart}, node_appointment(), ""};
    const auto page = answer(accepted, "text/html");
    EXPECT_EQ(page.status, 303);
    EXPECT_EQ(page.body, "");
    ASSERT_EQ(page.headers.size(), 1U);
    EXPECT_EQ(page.headers[0].first, "Location");
    EXPECT_EQ(page.headers[0].second, "https://m.example/Consultation?ann");
    EXPECT_THAT(
        answer(accepted).body, HasSubstr(R"("meeting_url":"https://m.example/Consultation?ann"})")
    );
}

TEST_F(Join, IsShownToABrowserAsAPageWithItsPolicy) {
    const ledger::Accepted accepted{{3, {}, kStart}, node_appointment(), ""};
    const auto joined = answer(accepted, "text/html");
    for (const auto& response : {look("text/html"), joined, look("text/html", false)}) {
        EXPECT_THAT(response.body, testing::StartsWith("<!doctype html>"));
        EXPECT_EQ(response.content_type, "text/html; charset=utf-8");
        EXPECT_THAT(
            response.headers,
            testing::Contains(
                testing::Pair("Content-Security-Policy", testing::HasSubstr("form-action 'self'"))
            )
        );
    }
}

TEST_F(Join, OfAFrozenOrganizationIsUnavailable) {
    node_.apply({history_.add_unknown_type()});
    for (const char* accept : {"application/json", "text/html"}) {
        EXPECT_EQ(look(accept).status, 503);
        const auto response = answer(ledger::Frozen{}, accept);
        EXPECT_EQ(response.status, 503);
        EXPECT_THAT(response.body, HasSubstr("This organization has data that this version"));
    }
}

TEST_F(Join, IsUnavailableWhileTheNewestStateIsNotKnown) {
    const auto response = look("application/json", false);
    EXPECT_EQ(response.status, 503);
    EXPECT_THAT(look("text/html", false).body, AllOf(HasSubstr("<h1>"), HasSubstr("Look again")));
}

TEST_F(Join, OfAnUnknownFateSpeaksToAPersonWithoutAKey) {
    const auto unknown = answer(ledger::Unavailable{true, "x"}, "text/html");
    EXPECT_EQ(unknown.status, 503);
    EXPECT_THAT(
        unknown.body,
        AllOf(HasSubstr("It is not known whether you have joined."), Not(HasSubstr("Idempotency")))
    );
    const auto late = answer(ledger::Unavailable{false, "x"});
    EXPECT_EQ(late.status, 503);
    EXPECT_THAT(late.body, HasSubstr("The request was not carried out."));
}

TEST_F(Join, WithoutStorageIs507AsAPageToo) {
    for (const char* accept : {"application/json", "text/html"}) {
        EXPECT_EQ(answer(ledger::OutOfStorage{}, accept).status, 507);
    }
}

TEST_F(Join, PutsNoTokenIntoAnyAnswerOrTrace) {
    const ledger::Reply replies[] = {
        ledger::Refused{domain::Conflict::appointment_has_ended, 7},
        ledger::Frozen{},
        ledger::OutOfStorage{},
        ledger::Unavailable{true, "x"},
        ledger::Accepted{{7, {}, kStart}, node_appointment(), {}}};
    for (const char* accept : {"application/json", "application/problem+json", "text/html"}) {
        for (const auto& reply : replies) {
            EXPECT_THAT(answer(reply, accept).body, Not(HasSubstr(kGood)));
        }
        EXPECT_THAT(look(accept).body, Not(HasSubstr(kGood)));
        EXPECT_EQ(trace_.route, "/join/{token}");
        EXPECT_EQ(trace_.actor, "");
    }
}

}  // namespace
}  // namespace consularia::api
