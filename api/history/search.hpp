#pragma once
// Searches an organization's events, in pages whose cost is bounded whatever is selected.

#include "api/history/audit_query.hpp"
#include "api/history/past_events.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace consularia::api {

/// What one page may cost. Each is exceeded by no more than one event.
struct SearchBudget {
    std::size_t facts = 2048;                       ///< That are read, to select or to fold.
    std::size_t read_bytes = std::size_t{4} << 20;  ///< The length of their records.
    std::size_t bytes = std::size_t{1} << 20;       ///< The length of the page.
};

struct FoundEvents {
    std::vector<std::string> rows;
    /// The events within the bounds; empty if to count those that are selected would mean to read
    /// them.
    std::optional<std::uint64_t> count;
    /// The last sequence that was examined; empty if nothing is left to examine.
    std::optional<ledger::Sequence> next;
};

/// Up to `head`. Throws StorageError.
[[nodiscard]] FoundEvents search_events(
    PastEvents& events,
    domain::OrganizationId organization,
    ledger::Sequence head,
    const AuditQuery& query,
    const SearchBudget& budget = {}
);

}  // namespace consularia::api
