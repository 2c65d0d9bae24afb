#pragma once
// What is known of the delivery of one event.

#include "base/enum_names.hpp"
#include "domain/time.hpp"
#include "ledger/record/record.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace consularia::reactions::webhooks {

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

struct Delivery {
    ledger::Sequence sequence = 0;
    ledger::Sequence start = 0;  ///< The Cursor::start of its last attempt.
    std::string type{};          ///< The event's.
    DeliveryStatus status = DeliveryStatus::pending;
    std::uint32_t attempts = 0;
    std::optional<domain::Timestamp> next_attempt_at{};  ///< Empty: soon, or never again.
    std::optional<int> last_status{};  ///< Of the last answer; empty if there was none.
    std::string last_error{};          ///< Why there was none; one sentence.
    std::string last_body{};           ///< The beginning of the last answer, as UTF-8.

    friend bool operator==(const Delivery&, const Delivery&) = default;
};

}  // namespace consularia::reactions::webhooks
