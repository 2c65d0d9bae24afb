#pragma once
// Reads the facts of an organization for those who follow them.

#include "api/feed_query.hpp"
#include "domain/ids.hpp"
#include "journal/journal.hpp"

#include <cstddef>
#include <vector>

namespace consularia::api {

struct FeedEvent {
    ledger::Sequence sequence = 0;
    ledger::ReadableEvent event;
};

struct FeedPart {
    std::vector<FeedEvent> events;
    ledger::Sequence position = 0;  ///< The last sequence that is among them or was not selected.
};

/// What is read at once, so that no request takes long or much memory. Each is exceeded by no more
/// than one fact.
struct FeedBudget {
    std::size_t bytes = std::size_t{1} << 20;  ///< The length of the events.
    std::size_t read_facts = 4096;
    std::size_t read_bytes = std::size_t{4} << 20;
};

/// The selected facts after query.after up to `through`: at most query.limit, and no more than the
/// budget allows. Throws StorageError.
[[nodiscard]] FeedPart read_feed(
    const journal::Journal& journal,
    domain::OrganizationId organization,
    const FeedQuery& query,
    ledger::Sequence through,
    const FeedBudget& budget = {}
);

}  // namespace consularia::api
