#include "api/join/page.hpp"

#include "api/join/fill.hpp"
#include "api/join/page_files.hpp"
#include "base/enum_names.hpp"

#include <array>
#include <chrono>

namespace consularia::api {

namespace {

/// "Tuesday, 6 May 2031 at 07:00 UTC"
std::string describe(domain::Timestamp moment) {
    using namespace std::chrono;
    constexpr std::array kDays{
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
    constexpr std::array kMonths{
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December"};
    const auto day = floor<days>(moment);
    const year_month_day date(day);
    const auto minute = floor<minutes>(moment - day).count();
    const auto two_digits = [](std::int64_t number) {
        return (number < 10 ? "0" : "") + std::to_string(number);
    };
    return std::string(kDays.at(weekday(day).c_encoding())) + ", " +
           std::to_string(static_cast<unsigned>(date.day())) + " " +
           kMonths.at(static_cast<unsigned>(date.month()) - 1) + " " +
           std::to_string(static_cast<int>(date.year())) + " at " + two_digits(minute / 60) + ":" +
           two_digits(minute % 60) + " UTC";
}

std::string_view label_of(domain::Role role) {
    switch (role) {
        case domain::Role::moderator:
            return "Moderator";
        case domain::Role::participant:
            return "Participant";
    }
    unknown_enumerator();
}

/// The details of the appointment, whatever can be done now.
Html describe(const Invitation& invitation) {
    const auto& name = invitation.participant.display_name;
    return fill(
        details_html(),
        {{"title", invitation.details.title.value()},
         {"start", domain::format(invitation.details.start)},
         {"start_in_words", describe(invitation.details.start)},
         {"minutes", std::to_string(invitation.details.duration.minutes())},
         {"name",
          name && !name->value().empty() ? fill("<bdi>{{name}}</bdi>", {{"name", name->value()}})
                                         : Html{"no name was given"}},
         {"role", label_of(invitation.participant.role)}}
    );
}

Html describe_door(const Invitation& invitation) {
    switch (invitation.door) {
        case domain::Door::early: {
            const auto wait = invitation.opens_at - invitation.now;
            const auto whole_ms = std::chrono::duration_cast<std::chrono::milliseconds>(wait);
            return fill(
                "<p role=\"status\" data-opens-in-ms=\"{{ms}}\">Joining opens in {{wait}}.</p>\n"
                "<p><a href=\"\">Look again</a></p>\n",
                {{"ms", std::to_string(whole_ms.count())}, {"wait", describe_wait(wait)}}
            );
        }
        case domain::Door::open:
            return {"<form method=\"post\"><button type=\"submit\">Join</button></form>\n"};
        case domain::Door::ended:
            return {"<p role=\"status\">This appointment has ended.</p>\n"};
    }
    return {};
}

HtmlPage make_page(const PageContext& context, std::string_view title, Html content) {
    auto page = fill(
        page_html(),
        {{"title", title},
         {"nonce", context.nonce},
         {"style", Html{std::string(page_css())}},
         {"content", std::move(content)},
         {"script", Html{std::string(page_js())}}}
    );
    // A form's redirect also counts as its target.
    std::string policy = "default-src 'none'; style-src 'nonce-" + context.nonce +
                         "'; script-src 'nonce-" + context.nonce +
                         "'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
    if (!context.form_target.empty()) policy += " " + std::string(context.form_target);
    return {std::move(page.bytes), std::move(policy)};
}

}  // namespace

HtmlPage invitation_page(const PageContext& context, const Invitation& invitation) {
    const Html content{describe(invitation).bytes + describe_door(invitation).bytes};
    return make_page(context, invitation.details.title.value(), content);
}

HtmlPage joined_page(const PageContext& context, const Invitation& invitation) {
    const Html content{
        describe(invitation).bytes +
        "<p role=\"status\">You have joined. No meeting service is configured here, so there is "
        "nowhere to go from this page.</p>\n"};
    return make_page(context, invitation.details.title.value(), content);
}

HtmlPage failure_page(const PageContext& context, int status, const std::string& sentence) {
    auto content = fill("<h1>{{detail}}</h1>\n", {{"detail", sentence}});
    if (status == 404) {
        content.bytes += "<p>Ask whoever invited you for a new link.</p>\n";
    } else if (status == 503 || status == 429 || status == 409) {
        content.bytes += "<p><a href=\"\">Look again</a></p>\n";
    }
    return make_page(context, sentence, std::move(content));
}

std::string describe_wait(std::chrono::microseconds wait) {
    using namespace std::chrono;
    if (wait < minutes(1)) return "less than a minute";
    const auto rounded = ceil<minutes>(wait);
    if (rounded >= days(2)) return std::to_string(ceil<days>(rounded).count()) + " days";
    const hh_mm_ss parts(rounded);
    std::string text;
    if (parts.hours() > hours(0)) text = std::to_string(parts.hours().count()) + " h";
    if (parts.minutes() == minutes(0)) return text;
    return text + (text.empty() ? "" : " ") + std::to_string(parts.minutes().count()) + " min";
}

}  // namespace consularia::api
