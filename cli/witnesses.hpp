#pragma once
// How far the node with a data directory has read a ledger, for commands that read it whole.

#include "ledger/log/ledger.hpp"
#include "node/ledger_backend.hpp"
#include "node/options.hpp"
#include "node/stores.hpp"

#include <optional>
#include <string>
#include <vector>

namespace consularia::cli {

struct FoundWitnesses {
    node::Witnesses witnesses;
    /// A data directory need not belong to a node of this shared ledger. If something was read
    /// there of another one, which then is no witness: that ledger's identity.
    std::optional<std::string> other;

    /// How far the ledger must reach, by partition.
    [[nodiscard]] std::vector<ledger::Position> positions() const;
};

/// To be called before the ledger is read, which is always ahead of its witnesses. Throws
/// StorageError.
[[nodiscard]] FoundWitnesses find_witnesses(
    const node::StoreOptions& options, const node::LedgerBackend& backend
);

}  // namespace consularia::cli
