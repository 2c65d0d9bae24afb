#include "cli/witnesses.hpp"

#include "ledger/log/checkpoint.hpp"
#include "node/data_dir.hpp"

#include <algorithm>

namespace consularia::cli {

std::vector<ledger::Position> FoundWitnesses::positions() const {
    std::vector<ledger::Position> positions;
    for (const auto& witness : witnesses) positions.push_back(witness ? witness->next : 0);
    return positions;
}

FoundWitnesses find_witnesses(
    const node::StoreOptions& options, const node::LedgerBackend& backend
) {
    using Witness = node::Witnesses::value_type;
    FoundWitnesses found{
        node::find_witnesses(node::DataDir(options.data_dir), backend.partitions()), {}};
    const bool any = std::ranges::any_of(found.witnesses, &Witness::has_value);
    if (!backend.shared() || !any) return found;
    const auto identity = backend.identity();
    for (auto& witness : found.witnesses) {
        if (!witness || witness->ledger_identity == identity) continue;
        found.other = witness->ledger_identity;
        witness.reset();
    }
    return found;
}

}  // namespace consularia::cli
