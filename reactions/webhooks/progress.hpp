#pragma once
// How far a webhook has got, and the port to where that is kept: it is not in the ledger (decision
// 48).

#include "domain/ids.hpp"
#include "domain/time.hpp"
#include "ledger/record/record.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace consularia::reactions::webhooks {

/// Cursors are ordered, and only a greater one takes another's place: a newer start may set the
/// position back, a writer that was paused may not.
struct Cursor {
    ledger::Sequence start = 0;     ///< Of the event that said where the deliveries begin.
    ledger::Sequence position = 0;  ///< Everything up to here is delivered or left out.

    friend auto operator<=>(const Cursor&, const Cursor&) = default;
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

struct Progress {
    Cursor cursor;
    EndpointState state = EndpointState::ok;
    /// Of the first failure since the last success.
    std::optional<domain::Timestamp> failing_since{};

    friend bool operator==(const Progress&, const Progress&) = default;
};

/// Thread-safe. All functions throw StorageError if the machine fails.
class ProgressStore {
  public:
    virtual ~ProgressStore() = default;

    [[nodiscard]] virtual std::optional<Progress> find(domain::WebhookId webhook) const = 0;

    /// Survives a crash of the process. Changes nothing if the kept cursor is greater.
    virtual void save(domain::WebhookId webhook, const Progress& progress) = 0;

    /// When the webhook is deleted.
    virtual void erase(domain::WebhookId webhook) = 0;
};

}  // namespace consularia::reactions::webhooks
