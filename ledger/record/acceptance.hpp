#pragma once
// The acceptance rule: which records of the log are facts (docs/architecture.md, The one idea).
// Writers, replay, other nodes, consumers and auditors all apply this one function.

#include "domain/ids.hpp"
#include "ledger/record/record.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace consularia::ledger {

using Partition = std::uint32_t;

/// The partition that an organization's records belong to: Kafka's murmur2 over the 36 characters
/// of its id, as in the Java client's default partitioner.
[[nodiscard]] Partition partition_of(domain::OrganizationId organization, Partition partitions);

/// The attributes of a value that the rule depends on.
struct ChainLink {
    domain::OrganizationId organization;
    Sequence sequence = 0;
    Hash prevhash{};

    friend bool operator==(const ChainLink&, const ChainLink&) = default;
};

[[nodiscard]] inline ChainLink link_of(const Envelope& record) {
    return {record.organization, record.sequence, record.prevhash};
}

/// Empty unless the value is one JSON object without duplicate attributes whose `source`,
/// `sequence` and `prevhash` have their canonical forms.
[[nodiscard]] std::optional<ChainLink> read_chain_link(std::string_view value);

/// Whether a record with this link is the next fact of its organization in this partition.
[[nodiscard]] bool is_fact(
    const ChainLink& link, const Head& head, Partition partition, Partition partitions
);

/// Whether a record with this link can still become a fact, given the organization's head. False
/// once the head has passed its sequence, or another record has taken its predecessor's place.
[[nodiscard]] bool may_become_fact(const ChainLink& link, const Head& head);

}  // namespace consularia::ledger
