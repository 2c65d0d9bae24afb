#include "ledger/commands/state_store.hpp"

namespace consularia::ledger {

std::optional<Remembered> find_unexpired(
    const Actor& actor,
    const KeyForms& key,
    domain::Timestamp now,
    std::chrono::microseconds ttl,
    const std::function<std::optional<Remembered>(const std::string& name)>& find
) {
    for (const auto& name : remembered_names(actor, key)) {
        const auto entry = find(name);
        if (entry && entry->time + ttl > now) return entry;
    }
    return std::nullopt;
}

void apply_all(StateStore& store, Partition partition, std::span<const LogEntry> entries) {
    while (!entries.empty()) {
        entries = entries.subspan(store.apply(partition, entries, nothing_awaited).size());
    }
}

}  // namespace consularia::ledger
