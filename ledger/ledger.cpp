#include "ledger/ledger.hpp"

#include <numeric>

namespace consularia::ledger {

Position Ledger::end(Partition partition) {
    return find_ends(std::span(&partition, 1), kEndTimeout).front();
}

std::vector<Position> Ledger::ends() {
    std::vector<Partition> all(partitions());
    std::iota(all.begin(), all.end(), Partition{0});
    return find_ends(all, kEndTimeout);
}

}  // namespace consularia::ledger
