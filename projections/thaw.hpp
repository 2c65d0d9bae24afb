#pragma once
// Lets organizations go on that a binary with another vocabulary has frozen: what it could not
// apply, and everything after it, is applied from the journal (decision 37).

#include "domain/ids.hpp"
#include "journal/journal.hpp"
#include "ledger/record/record.hpp"
#include "projections/projector_options.hpp"
#include "projections/read_store.hpp"
#include "projections/recent_appointments.hpp"

#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

namespace consularia::projections {

/// A frozen organization that this binary may be able to thaw.
struct Thawable {
    domain::OrganizationId organization;
    ledger::Sequence facts = 0;  ///< That are to be applied.
};

/// What a step of a thaw led to.
struct ThawStep {
    enum class End {
        unfinished,  ///< There is more to apply.
        thawed,
        still_frozen,   ///< By a fact that this binary cannot apply either: it is not tried again.
        facts_missing,  ///< The journal has not read the facts again yet.
    };

    End end = End::unfinished;
    std::size_t applied = 0;
};

/// Changes the rows of frozen organizations to those that a rebuild makes. To be used while nothing
/// else applies facts to the store. All functions throw StorageError if the machine fails.
class Thaw {
  public:
    /// The journal is open. Everything outlives this. `on_frozen` is called for what stays frozen.
    Thaw(
        ReadStore& store,
        const journal::Journal& journal,
        const RowInputs& inputs,
        ProjectorOptions options
    );

    /// The organizations whose freeze remembers another vocabulary than this binary's.
    [[nodiscard]] std::vector<Thawable> find() const;

    /// Applies, in one atomic write, as many facts as fit into one. Precondition: find() has found
    /// the organization, and no step has ended its thaw.
    ThawStep step(domain::OrganizationId organization);

  private:
    ReadStore& store_;
    const journal::Journal& journal_;
    const RowInputs inputs_;
    const ProjectorOptions options_;
    const std::string vocabulary_;
    RecentAppointments recent_;
    std::mutex creating_;  ///< Nobody else creates organizations.
};

}  // namespace consularia::projections
