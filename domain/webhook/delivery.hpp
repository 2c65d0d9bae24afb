#pragma once
// How far a webhook has got, and what is known of the delivery of one event: what is delivered,
// kept and shown has these shapes.

#include "base/enum_names.hpp"
#include "domain/time.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace consularia::domain {

/// Cursors are ordered, and only a greater one takes another's place: a newer start may set the
/// position back, a writer that was paused may not.
struct WebhookCursor {
    std::uint64_t start = 0;     ///< DeliveryStart::set_by of what this is a cursor of.
    std::uint64_t position = 0;  ///< Everything up to here is delivered or left out.

    friend auto operator<=>(const WebhookCursor&, const WebhookCursor&) = default;
};

enum class EndpointState : std::uint8_t {
    ok,        ///< The last attempt was a success, or there was none.
    retrying,  ///< Attempts have failed since the last success.
    failing,   ///< For days; now it is tried once an hour.
};

/// As the API and the metrics name it.
[[nodiscard]] constexpr std::string_view to_string(EndpointState state) {
    switch (state) {
        case EndpointState::ok:
            return "ok";
        case EndpointState::retrying:
            return "retrying";
        case EndpointState::failing:
            return "failing";
    }
    return "";
}

struct WebhookProgress {
    WebhookCursor cursor;
    EndpointState state = EndpointState::ok;
    /// The first failure since the last success.
    std::optional<Timestamp> failing_since{};

    friend bool operator==(const WebhookProgress&, const WebhookProgress&) = default;
};

enum class DeliveryStatus : std::uint8_t {
    pending,    ///< Not tried yet.
    delivered,  ///< For good, whatever later attempts lead to.
    failed,     ///< The last attempt failed; it is tried again.
};

/// As the API names it.
[[nodiscard]] constexpr std::string_view to_string(DeliveryStatus status) {
    switch (status) {
        case DeliveryStatus::pending:
            return "pending";
        case DeliveryStatus::delivered:
            return "delivered";
        case DeliveryStatus::failed:
            return "failed";
    }
    return "";
}

/// The parts of answers and errors that are kept, in bytes.
inline constexpr std::size_t kKeptBody = 1024;
inline constexpr std::size_t kKeptError = 256;

struct WebhookDelivery {
    std::uint64_t sequence = 0;
    std::uint64_t start = 0;  ///< The WebhookCursor::start of its last attempt.
    std::string type{};       ///< The event's.
    DeliveryStatus status = DeliveryStatus::pending;
    std::uint32_t attempts = 0;
    std::optional<Timestamp> next_attempt_at{};  ///< Empty: soon, or never again.
    std::optional<int> last_status{};            ///< The last answer's; empty if there was none.
    std::string last_error{};                    ///< Why there was none; one sentence.
    std::string last_body{};                     ///< The beginning of the last answer, as UTF-8.

    friend bool operator==(const WebhookDelivery&, const WebhookDelivery&) = default;
};

}  // namespace consularia::domain
