#include "api/join/page.hpp"

#include "tests/support/domain_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <regex>
#include <string>
#include <vector>

namespace consularia::api {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kNasty = "<b a=\"1\" c='2'>&amp;</b><script>alert(1)</script>";
constexpr const char* kEscaped =
    "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;&lt;/b&gt;"
    "&lt;script&gt;alert(1)&lt;/script&gt;";

/// Ann's view of the sample appointment.
Invitation make_invitation(domain::Door door) {
    const auto event = samples::scheduled_event();
    const auto ann = samples::ann();
    const domain::Participant participant{ann.id, ann.unique_id, ann.display_name, ann.role, 1};
    const domain::Details details{
        samples::appointment_id(),
        event.title,
        samples::kStart,
        event.duration,
        event.config,
        std::vector<domain::Participant>{participant},
        samples::kBefore,
        samples::kBefore,
        1,
        true,
        1,
        {}};
    return {details, participant, door, samples::later(samples::kStart, -15), samples::kBefore};
}

const PageContext kContext{"n0nce", ""};

std::vector<HtmlPage> every_page() {
    const auto early = make_invitation(domain::Door::early);
    return {
        invitation_page(kContext, early),
        invitation_page(kContext, make_invitation(domain::Door::open)),
        invitation_page(kContext, make_invitation(domain::Door::ended)),
        joined_page(kContext, early),
        failure_page(kContext, 404, "This link is no longer valid."),
        failure_page(kContext, 409, "This appointment has ended."),
        failure_page(kContext, 503, "Later.")};
}

TEST(Page, ShowsTitleTimeNameAndRole) {
    const auto page = invitation_page(kContext, make_invitation(domain::Door::open));
    EXPECT_THAT(
        page.html,
        AllOf(
            HasSubstr("<title>Consultation</title>"),
            HasSubstr("<h1><bdi>Consultation</bdi></h1>"),
            HasSubstr("<time datetime=\"2030-01-01T10:00:00Z\">Tuesday, 1 January 2030 at 10:00 "
                      "UTC</time>, 30 minutes"),
            HasSubstr("<dd><bdi>Ann</bdi></dd>"),
            HasSubstr("<dd>Moderator</dd>")
        )
    );
}

TEST(Page, SaysThatNobodyGaveAName) {
    auto invitation = make_invitation(domain::Door::open);
    invitation.participant.role = domain::Role::participant;
    invitation.participant.display_name.reset();
    EXPECT_THAT(invitation_page(kContext, invitation).html, HasSubstr("no name was given"));
    invitation.participant.display_name = samples::make_display_name("");
    const auto page = invitation_page(kContext, invitation);
    EXPECT_THAT(
        page.html, AllOf(HasSubstr("no name was given"), HasSubstr("<dd>Participant</dd>"))
    );
}

TEST(Page, OffersJoiningOnlyWhileTheDoorIsOpen) {
    const std::string form = "<form method=\"post\"><button type=\"submit\">Join</button></form>";
    const auto early = invitation_page(kContext, make_invitation(domain::Door::early)).html;
    const auto open = invitation_page(kContext, make_invitation(domain::Door::open)).html;
    const auto ended = invitation_page(kContext, make_invitation(domain::Door::ended)).html;
    EXPECT_THAT(open, HasSubstr(form));
    EXPECT_THAT(early, AllOf(Not(HasSubstr("<form")), HasSubstr("Joining opens in 45 min.")));
    EXPECT_THAT(ended, AllOf(Not(HasSubstr("<form")), HasSubstr("This appointment has ended.")));
}

TEST(Page, TellsTheScriptHowLongToWaitAndOnlyWhenEarly) {
    auto invitation = make_invitation(domain::Door::early);
    invitation.now = invitation.opens_at - std::chrono::microseconds(1'234'567);
    EXPECT_THAT(
        invitation_page(kContext, invitation).html,
        HasSubstr("<p role=\"status\" data-opens-in-ms=\"1234\">Joining opens in less than a "
                  "minute.</p>")
    );
    for (const auto door : {domain::Door::open, domain::Door::ended}) {
        const auto page = invitation_page(kContext, make_invitation(door)).html;
        EXPECT_THAT(page, Not(HasSubstr("data-opens-in-ms=\"")));
    }
}

TEST(Page, EscapesWhatPeopleWrote) {
    auto invitation = make_invitation(domain::Door::open);
    invitation.details.title = samples::make_title(kNasty);
    invitation.participant.display_name = samples::make_display_name(kNasty);
    for (const auto& page :
         {invitation_page(kContext, invitation), joined_page(kContext, invitation)}) {
        EXPECT_THAT(
            page.html,
            AllOf(
                HasSubstr("<title>" + std::string(kEscaped) + "</title>"),
                HasSubstr("<h1><bdi>" + std::string(kEscaped) + "</bdi></h1>"),
                HasSubstr("<dd><bdi>" + std::string(kEscaped) + "</bdi></dd>"),
                Not(HasSubstr(kNasty)),
                Not(HasSubstr("alert(1)</script>")),
                Not(HasSubstr("<b a="))
            )
        );
    }
    const auto failure = failure_page(kContext, 404, kNasty).html;
    EXPECT_THAT(failure, AllOf(HasSubstr(kEscaped), Not(HasSubstr(kNasty))));
}

TEST(Page, LetsOnlyItsOwnStyleAndScriptRun) {
    for (const auto& page : every_page()) {
        EXPECT_EQ(
            page.security_policy,
            "default-src 'none'; style-src 'nonce-n0nce'; script-src 'nonce-n0nce'; "
            "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
        );
        EXPECT_THAT(page.html, HasSubstr("<style nonce=\"n0nce\">"));
        EXPECT_THAT(page.html, HasSubstr("<script nonce=\"n0nce\">"));
        const std::regex inline_code("<(style|script)(?! nonce=\"n0nce\")|\\son[a-z]+=|\\sstyle=");
        EXPECT_FALSE(std::regex_search(page.html, inline_code)) << page.html;
    }
}

TEST(Page, MayLeadAFormToTheMeetingService) {
    const PageContext context{"n", "https://meet.example:8443"};
    const auto page = invitation_page(context, make_invitation(domain::Door::open));
    EXPECT_THAT(
        page.security_policy, testing::EndsWith("; form-action 'self' https://meet.example:8443")
    );
}

TEST(Page, LoadsNothing) {
    const std::regex external("src=|<link|@import|url\\(|https?://|//[a-z]+\\.", std::regex::icase);
    for (const auto& page : every_page()) {
        EXPECT_FALSE(std::regex_search(page.html, external)) << page.html;
    }
}

TEST(Page, CanBeReadWithoutEyesAndOnAPhone) {
    for (const auto& page : every_page()) {
        EXPECT_THAT(page.html, StartsWith("<!doctype html>\n<html lang=\"en\">"));
        EXPECT_THAT(
            page.html,
            AllOf(
                HasSubstr("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                ),
                HasSubstr("<main>"),
                HasSubstr("<h1>"),
                HasSubstr("<title>")
            )
        );
    }
}

TEST(FailurePage, HasItsSentenceAndWhatToDo) {
    const auto dead = failure_page(kContext, 404, "This link is no longer valid.");
    EXPECT_THAT(
        dead.html,
        AllOf(
            HasSubstr("<h1>This link is no longer valid.</h1>"),
            HasSubstr("Ask whoever invited you for a new link."),
            Not(HasSubstr("Look again"))
        )
    );
    for (const int status : {409, 503}) {
        const auto again = failure_page(kContext, status, "Not now.");
        EXPECT_THAT(again.html, HasSubstr("<a href=\"\">Look again</a>"));
    }
    EXPECT_THAT(failure_page(kContext, 413, "Large.").html, Not(HasSubstr("Look again")));
}

TEST(JoinedPage, SaysThatThereIsNoMeeting) {
    const auto page = joined_page(kContext, make_invitation(domain::Door::open));
    EXPECT_THAT(
        page.html,
        AllOf(
            HasSubstr("You have joined. No meeting service is configured here"),
            Not(HasSubstr("<form"))
        )
    );
}

TEST(Page, DescribesTheFirstAndTheLastDay) {
    auto invitation = make_invitation(domain::Door::open);
    invitation.details.start = domain::kEarliest;
    EXPECT_THAT(
        invitation_page(kContext, invitation).html, HasSubstr(">Monday, 1 January 1 at 00:00 UTC<")
    );
    invitation.details.start = domain::kLatest;
    EXPECT_THAT(
        invitation_page(kContext, invitation).html,
        HasSubstr(">Friday, 31 December 9999 at 23:59 UTC<")
    );
}

struct Wait {
    microseconds time;
    const char* words;
};

TEST(DescribeWait, RoundsUpSoThatNobodyComesTooEarly) {
    constexpr microseconds kMoment(1);
    const Wait waits[] = {
        {microseconds(0), "less than a minute"},
        {kMoment, "less than a minute"},
        {minutes(1) - kMoment, "less than a minute"},
        {minutes(1), "1 min"},
        {minutes(1) + kMoment, "2 min"},
        {minutes(1) + seconds(1), "2 min"},
        {minutes(2), "2 min"},
        {minutes(59), "59 min"},
        {minutes(59) + kMoment, "1 h"},
        {hours(1), "1 h"},
        {hours(1) + kMoment, "1 h 1 min"},
        {hours(2) + minutes(5), "2 h 5 min"},
        {days(1), "24 h"},
        {days(2) - minutes(1), "47 h 59 min"},
        {days(2) - minutes(1) + kMoment, "2 days"},
        {days(2), "2 days"},
        {days(2) + kMoment, "3 days"},
        {days(3), "3 days"},
        {days(365), "365 days"}};
    for (const auto& [time, words] : waits) EXPECT_EQ(describe_wait(time), words) << time.count();
}

}  // namespace
}  // namespace consularia::api
