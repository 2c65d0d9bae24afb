#include "ledger/commands/state_store.hpp"

namespace consularia::ledger {

void apply_all(StateStore& store, Partition partition, std::span<const LogEntry> entries) {
    const auto nobody = [](const Hash&) { return Wanted::verdict; };
    while (!entries.empty()) {
        entries = entries.subspan(store.apply(partition, entries, nobody).size());
    }
}

}  // namespace consularia::ledger
