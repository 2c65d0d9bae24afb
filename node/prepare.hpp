#pragma once
// Builds, beside a server of another version, the read store that this version would otherwise have
// to build before it serves.

#include "node/data_dir.hpp"
#include "node/ledger_backend.hpp"
#include "node/start_progress.hpp"
#include "node/stores.hpp"
#include "projections/projector.hpp"

namespace consularia::node {

/// Fills the read store of DataDir::prepared() from the journal, as far as that has read, at the
/// bounded rate. The next start of this version takes it (settle_read_places()) and applies the
/// rest; versions that do not know its form leave it alone. Neither needs the lock of the data
/// directory nor changes anything else in it. Continues what an earlier call has left.
///
/// Returns false if the present read store has the form of this version, so that nothing needs to
/// be prepared. Precondition: the directory has a journal. Throws StorageError, in particular if
/// another process prepares a store.
[[nodiscard]] bool prepare_read_store(
    const DataDir& dir,
    const LedgerBackend& backend,
    const projections::RowInputs& inputs,
    StoreSettings settings,
    StartProgress& progress
);

}  // namespace consularia::node
