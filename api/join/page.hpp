#pragma once
// The HTML pages behind an access link: they need no script and load nothing from anywhere.

#include "domain/appointment/appointment.hpp"
#include "domain/appointment/door.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace consularia::api {

/// What a participant may know about their appointment at this moment.
struct Invitation {
    domain::Details details;
    domain::Participant participant;
    domain::Door door{};
    domain::Timestamp opens_at;
    domain::Timestamp now;
};

/// The inputs of a page: its nonce is fresh random text, and `form_target` is the origin that
/// joining may redirect to (empty: only ours).
struct PageContext {
    std::string nonce;
    std::string_view form_target;
};

struct HtmlPage {
    std::string html;
    std::string security_policy;  ///< For the Content-Security-Policy.
};

/// Shows the appointment and what can be done now.
[[nodiscard]] HtmlPage invitation_page(const PageContext& context, const Invitation& invitation);

/// Shown after joining if no meeting service is configured.
[[nodiscard]] HtmlPage joined_page(const PageContext& context, const Invitation& invitation);

/// Shows one sentence and what to do about a failure of this status.
[[nodiscard]] HtmlPage failure_page(
    const PageContext& context, int status, const std::string& sentence
);

/// "2 h 5 min", "3 days", "less than a minute"; rounded up.
[[nodiscard]] std::string describe_wait(std::chrono::microseconds wait);

}  // namespace consularia::api
