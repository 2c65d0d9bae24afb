#include "ledger/log/ledger.hpp"

#include <numeric>

namespace consularia::ledger {

std::vector<Partition> all_partitions(Partition count) {
    std::vector<Partition> all(count);
    std::iota(all.begin(), all.end(), Partition{0});
    return all;
}

Position Ledger::end(Partition partition) {
    return find_ends(std::span(&partition, 1), kEndTimeout).front();
}

std::vector<Position> Ledger::ends() {
    return find_ends(all_partitions(partitions()), kEndTimeout);
}

}  // namespace consularia::ledger
