#pragma once
// What an event changed, field by field as the API shows them (docs/api.md, History).

#include "domain/appointment/appointment.hpp"
#include "domain/organization/organization.hpp"
#include "ledger/record/record.hpp"

#include <functional>
#include <optional>
#include <string>

namespace consularia::api {

/// What an event does not say itself. Each is asked only if it is needed.
struct ChangedFrom {
    /// Empty: there was no appointment.
    std::function<std::optional<domain::Status>()> status;
    /// The appointment right before the event.
    std::function<domain::Appointment()> appointment;
    /// A token as it was issued.
    std::function<std::optional<domain::TokenGrant>(domain::TokenId)> token;
};

/// A JSON array of `{"field","old","new"}`. What lists contain is shown only as far as the event
/// concerns it. An event of a new type does not compile until it is rendered.
[[nodiscard]] std::string changes_of(const ledger::RecordEvent& event, const ChangedFrom& from);

/// Whether the event concerns the participant, except as its actor.
[[nodiscard]] bool concerns(const ledger::RecordEvent& event, domain::ParticipantId participant);

}  // namespace consularia::api
