#pragma once
// What the projector knows about an organization before it reads the next record.

#include "domain/ids.hpp"
#include "ledger/log/ledger.hpp"
#include "ledger/record/record.hpp"
#include "projections/read_store.hpp"

#include <optional>

namespace consularia::projections {

struct HeadRow {
    ledger::Head head;
    /// The record that this binary could not apply. No later record was applied either.
    std::optional<ledger::Position> frozen_at;
    /// No fact before this one has a remembered Idempotency-Key: the search for the oldest starts
    /// here, past all dropped ones.
    ledger::Sequence remembered_from = 1;
    /// No remembered Idempotency-Key is older; empty if none is remembered.
    std::optional<domain::Timestamp> remembered_since = {};

    friend bool operator==(const HeadRow&, const HeadRow&) = default;
};

/// Sequence 0 when the organization has no facts.
[[nodiscard]] HeadRow find_head_row(const Reader& reader, domain::OrganizationId organization);

}  // namespace consularia::projections
