#pragma once
// What a projector is made with.

#include "ledger/commands/state_store.hpp"
#include "ledger/record/acceptance.hpp"
#include "ledger/record/record_codec.hpp"
#include "projections/links.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string_view>

namespace consularia::projections {

/// What rows are made from besides the facts' bytes. All of it outlives its users.
struct RowInputs {
    const Links& links;
    const ledger::RecordCodec& codec;
};

struct ProjectorOptions {
    std::chrono::microseconds idempotency_ttl = ledger::kIdempotencyTtl;

    /// Called from the applying thread once a write set is committed: with the number of its facts,
    /// for each void record, and for each record that froze its organization (for those already in
    /// the store, when the projector is constructed). `why` is a phrase without personal data. They
    /// must not throw. May be empty.
    std::function<void(ledger::Partition, std::size_t facts)> on_facts;
    std::function<void(ledger::Partition, ledger::Position, std::string_view why)> on_void;
    std::function<void(domain::OrganizationId, ledger::Position, std::string_view why)> on_frozen;

    /// What one apply() writes and holds before it ends; one record may exceed it.
    std::size_t apply_bytes = 8 << 20;
    /// Memory for the appointments that were read or written last.
    std::size_t recent_bytes = 8 << 20;
    /// Memory, per partition, for the blocks of ranks that were changed last.
    std::size_t known_ranks_bytes = 4 << 20;
    /// Called for each fact whose time breaks the rule that times increase, or is the last possible
    /// time.
    std::function<void(domain::OrganizationId, ledger::Position, std::string_view why)>
        on_bad_time = {};
};

}  // namespace consularia::projections
