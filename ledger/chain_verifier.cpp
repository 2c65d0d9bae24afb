#include "ledger/chain_verifier.hpp"

namespace consularia::ledger {

std::optional<ChainFault> ChainVerifier::take(const LogEntry& entry) {
    const auto link = read_link(entry.value);
    if (!link) {
        ++voids_;  // Not a record of ours: nobody's chain.
        return std::nullopt;
    }
    Head& head = heads_[link->organization];
    const auto hash = sha256(entry.value);
    if (is_fact(*link, head, partition_, partitions_)) {
        ++facts_;
        head = {link->sequence, hash, {}};
        return std::nullopt;
    }
    ++voids_;
    auto& seen = void_hashes_[link->organization];
    const bool follows_void = seen.contains(link->prevhash);
    seen.insert(hash);
    if (link->sequence <= head.sequence || follows_void) return std::nullopt;
    return ChainFault{
        link->organization,
        link->sequence,
        entry.position,
        "the record before it, sequence " + std::to_string(link->sequence - 1) +
            ", was changed, moved or removed"};
}

}  // namespace consularia::ledger
