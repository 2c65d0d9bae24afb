#include "api/join/page.hpp"

#include <array>
#include <chrono>

namespace consularia::api {

namespace {

using domain::kMicrosPerMinute;

constexpr std::string_view kStyle = R"css(
:root { color-scheme: light dark; --text: #1c2733; --soft: #55606c; --line: #d5dbe1; --back: #f4f6f8;
  --card: #fff; --act: #0b57d0; --on-act: #fff; }
@media (prefers-color-scheme: dark) { :root { --text: #e8edf2; --soft: #a9b4bf; --line: #3a444e;
  --back: #14191e; --card: #1e252c; --act: #a8c7fa; --on-act: #062e6f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text);
  font: 1.0625rem/1.5 system-ui, sans-serif; }
main { max-width: 34rem; margin: 8vh auto; padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: .75rem; }
h1 { margin: 0 0 1.25rem; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
dl { margin: 0 0 1.5rem; }
dt { color: var(--soft); font-size: .9375rem; }
dd { margin: 0 0 .75rem; overflow-wrap: anywhere; }
p { margin: 0 0 1rem; }
button { width: 100%; padding: .875rem; border: 0; border-radius: .5rem; background: var(--act);
  color: var(--on-act); font: inherit; font-weight: 600; cursor: pointer; }
button:focus-visible, a:focus-visible { outline: 3px solid var(--text); outline-offset: 3px; }
a { color: var(--act); }
@media (max-width: 38rem) { main { margin: 0; min-height: 100vh; border: 0; border-radius: 0;
  padding: 1.5rem; } }
)css";

/// Only adds comfort: local time, a reload when joining opens, no second click.
constexpr std::string_view kScript = R"js(
const time = document.querySelector("time");
if (time) {
  time.textContent = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric",
    month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" })
    .format(new Date(time.dateTime));
}
const wait = document.querySelector("[data-opens-in-ms]");
if (wait) {
  setTimeout(() => location.reload(), Math.min(Number(wait.dataset.opensInMs) + 500, 2 ** 31 - 1));
}
const form = document.querySelector("form");
if (form) {
  form.addEventListener("submit", () => { form.querySelector("button").disabled = true; });
}
// Not reload(): the page may answer a POST, which would join again.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.replace(location.pathname);
});
)js";

std::string escape(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            case '\'':
                escaped += "&#39;";
                break;
            default:
                escaped += c;
        }
    }
    return escaped;
}

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
    const sys_time<microseconds> at{microseconds(moment.micros)};
    const auto day = floor<days>(at);
    const year_month_day date(day);
    const auto minute = floor<minutes>(at - day).count();
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
    return role == domain::Role::moderator ? "Moderator" : "Participant";
}

/// The details of the appointment, whatever can be done now.
std::string describe(const Invitation& invitation) {
    const auto& [id, unique_id, display_name, role, version] = invitation.participant;
    const auto name = display_name && !display_name->value().empty()
                          ? "<bdi>" + escape(display_name->value()) + "</bdi>"
                          : std::string("no name was given");
    std::string html = "<h1><bdi>" + escape(invitation.details.title.value()) + "</bdi></h1>\n";
    html += "<dl>\n<dt>When</dt>\n<dd><time datetime=\"" +
            domain::format(invitation.details.start) + "\">" + describe(invitation.details.start) +
            "</time>, " + std::to_string(invitation.details.duration.minutes()) + " minutes</dd>\n";
    html += "<dt>Name</dt>\n<dd>" + name + "</dd>\n";
    html += "<dt>Role</dt>\n<dd>" + std::string(label_of(role)) + "</dd>\n</dl>\n";
    return html;
}

std::string describe_door(const Invitation& invitation) {
    switch (invitation.door) {
        case domain::Door::early: {
            const auto wait = invitation.opens_at.micros - invitation.now.micros;
            return "<p role=\"status\" data-opens-in-ms=\"" + std::to_string(wait / 1000) +
                   "\">Joining opens in " + describe_wait(wait) +
                   ".</p>\n<p><a href=\"\">Look again</a></p>\n";
        }
        case domain::Door::open:
            return "<form method=\"post\"><button type=\"submit\">Join</button></form>\n";
        case domain::Door::ended:
            return "<p role=\"status\">This appointment has ended.</p>\n";
    }
    return "";
}

Response make_page(const PageContext& context, std::string_view title, const std::string& content) {
    Response response;
    response.content_type = "text/html; charset=utf-8";
    const std::string nonce = " nonce=\"" + context.nonce + "\">";
    response.body =
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"robots\" content=\"noindex\">\n<title>" +
        escape(title) + "</title>\n<style" + nonce + std::string(kStyle) +
        "</style>\n</head>\n<body>\n<main>\n" + content + "</main>\n<script" + nonce +
        std::string(kScript) + "</script>\n</body>\n</html>\n";
    // A form's redirect also counts as its target.
    std::string policy = "default-src 'none'; style-src 'nonce-" + context.nonce +
                         "'; script-src 'nonce-" + context.nonce +
                         "'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
    if (!context.form_target.empty()) policy += " " + std::string(context.form_target);
    response.headers.emplace_back("Content-Security-Policy", std::move(policy));
    return response;
}

}  // namespace

Response invitation_page(const PageContext& context, const Invitation& invitation) {
    return make_page(
        context, invitation.details.title.value(), describe(invitation) + describe_door(invitation)
    );
}

Response joined_page(const PageContext& context, const Invitation& invitation) {
    return make_page(
        context,
        invitation.details.title.value(),
        describe(invitation) +
            "<p role=\"status\">You have joined. No meeting service is configured here, so there "
            "is nowhere to go from this page.</p>\n"
    );
}

Response failure_page(const PageContext& context, const Failure& failure) {
    std::string content = "<h1>" + escape(failure.detail) + "</h1>\n";
    if (failure.status == 404) {
        content += "<p>Ask whoever invited you for a new link.</p>\n";
    } else if (failure.status == 503 || failure.status == 429 || failure.status == 409) {
        content += "<p><a href=\"\">Look again</a></p>\n";
    }
    auto response = make_page(context, failure.detail, content);
    response.status = failure.status;
    return response;
}

std::string describe_wait(std::int64_t micros) {
    constexpr std::int64_t kHour = 60;
    constexpr std::int64_t kDay = 24 * kHour;
    if (micros < kMicrosPerMinute) return "less than a minute";
    const auto minutes = (micros + kMicrosPerMinute - 1) / kMicrosPerMinute;
    if (minutes >= 2 * kDay) return std::to_string((minutes + kDay - 1) / kDay) + " days";
    std::string text;
    if (minutes >= kHour) text = std::to_string(minutes / kHour) + " h";
    if (minutes % kHour == 0) return text;
    return text + (text.empty() ? "" : " ") + std::to_string(minutes % kHour) + " min";
}

}  // namespace consularia::api
