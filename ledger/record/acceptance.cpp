#include "ledger/record/acceptance.hpp"

#include "base/check.hpp"
#include "ledger/record/murmur2.hpp"

namespace consularia::ledger {

Partition partition_of(domain::OrganizationId organization, Partition partitions) {
    CHECK(partitions > 0);
    if (partitions == 1) return 0;
    // The mask is the Java client's Utils.toPositive.
    return (murmur2(organization.to_string()) & 0x7fffffff) % partitions;
}

bool is_fact(const ChainLink& link, const Head& head, Partition partition, Partition partitions) {
    // Subtracts, because head + 1 overflows after the largest sequence; no record has sequence 0.
    return link.sequence != 0 && link.sequence - 1 == head.sequence && link.prevhash == head.hash &&
           partition_of(link.organization, partitions) == partition;
}

bool may_become_fact(const ChainLink& link, const Head& head) {
    if (link.sequence <= head.sequence) return false;
    if (link.sequence - 1 == head.sequence) return link.prevhash == head.hash;
    return true;
}

}  // namespace consularia::ledger
