#pragma once
// The port to organizations as they were: a store for a moment is built when it is asked for.

#include "api/alarm.hpp"
#include "domain/ids.hpp"
#include "ledger/record/record.hpp"
#include "projections/read_store.hpp"

#include <memory>

namespace consularia::api {

enum class PastState {
    ready,
    building,   ///< The alarm rings when it is ready, or will not be.
    busy,       ///< Another one is being built.
    too_large,  ///< There are more facts up to then than one may have.
    failed,     ///< The last attempt failed; the next question tries again.
};

struct PastStore {
    PastState state = PastState::failed;
    std::shared_ptr<const projections::Reader> reader;  ///< Null until it is ready.
};

/// Thread-safe; no function waits.
class PastStores {
  public:
    virtual ~PastStores() = default;

    /// The organization right after this fact of it. Begins to build it if it is not there.
    [[nodiscard]] virtual PastStore find(
        domain::OrganizationId organization,
        ledger::Sequence sequence,
        const std::shared_ptr<Alarm>& alarm
    ) = 0;
};

}  // namespace consularia::api
