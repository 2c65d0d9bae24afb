#pragma once
// The part of a start in which organizations go on that an older version has frozen.

#include "journal/journal.hpp"
#include "node/start_progress.hpp"
#include "projections/projector_options.hpp"
#include "projections/read_store.hpp"

#include <functional>

namespace consularia::node {

/// Applies, from the journal, what another version could not apply and this one perhaps can, and
/// logs what became of each organization. To be called before anything else applies facts to the
/// store. Returns false if it was stopped before. Throws StorageError.
[[nodiscard]] bool thaw(
    projections::ReadStore& store,
    const journal::Journal& journal,
    const projections::RowInputs& inputs,
    projections::ProjectorOptions options,
    StartProgress& progress,
    const std::function<bool()>& stopping
);

}  // namespace consularia::node
