#pragma once
// The rows of an organization's webhooks. Two tables share them:
//     webhooks         all of the organization, in the order of registration, in one row; no row if
//                      there is none
//     webhook_changes  a webhook right after one fact: what a repeated answer shows. These rows
//     stay
//                      when the webhook is deleted, as the journal does

#include "ledger/record/record.hpp"
#include "projections/read_store.hpp"

#include <tl/expected.hpp>

namespace consularia::projections {

/// The state after the fact. Changes nothing if the transition is impossible.
[[nodiscard]] tl::expected<domain::Webhooks, domain::ImpossibleTransition> apply_to_webhooks(
    WriteSet& writes, const ledger::Record& record, const ledger::WebhookRecordEvent& fact
);

}  // namespace consularia::projections
