#pragma once
// The port to the histories of organizations, which are brought up to their facts when somebody
// asks for them.

#include "api/alarm.hpp"
#include "domain/ids.hpp"
#include "journal/histories.hpp"
#include "tables/store.hpp"

#include <memory>

namespace consularia::api {

/// The histories of one organization at one moment.
struct HistoryTree {
    journal::HistoriesHead head;
    std::shared_ptr<const tables::Reader> reader;
};

enum class HistoryState {
    ready,
    behind,  ///< The alarm rings when they are ready, or will not be.
    failed,  ///< The last attempt failed; the next question tries again.
};

struct FoundHistories {
    HistoryState state = HistoryState::failed;
    HistoryTree tree{};  ///< If they are ready.
};

/// Thread-safe; no function waits.
class HistoryTrees {
  public:
    virtual ~HistoryTrees() = default;

    /// Histories that have at least this fact, up to which the journal has all. Begins to bring
    /// them up if they are behind.
    [[nodiscard]] virtual FoundHistories find(
        domain::OrganizationId organization,
        ledger::Sequence sequence,
        const std::shared_ptr<Alarm>& alarm
    ) = 0;
};

}  // namespace consularia::api
