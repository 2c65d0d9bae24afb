#pragma once
// The ledger of many nodes: one Kafka topic whose partitions are the ledger's and whose offsets are
// its positions.

#include "infra/kafka/options.hpp"
#include "infra/ledger_mismatch.hpp"
#include "ledger/log/checkpoint.hpp"
#include "ledger/log/ledger.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>

namespace consularia::infra::kafka {

/// Thread-safe as described in Ledger. Tails may outlive it. They do not report unreachable
/// brokers: they are empty then, and find_ends() throws.
class Ledger : public ledger::Ledger {
  public:
    /// To be called before a read store resumes: the ledger must be that of the checkpoints, reach
    /// their positions and have the records with their hashes there. A partition that ends earlier
    /// is asked again until `doubt_timeout` has passed: its broker may be cut off from the others.
    /// Throws LedgerMismatch, which names what is missing; Unreachable if no broker answers.
    ///
    /// A partition that cannot be read now holds up no other: nothing is appended to it, and its
    /// end is not reported, until its tail has made the comparison, which it does before it hands
    /// out any record. Ends early, without a verdict, if `stopping` returns true.
    virtual void check_witnesses(
        const std::map<ledger::Partition, ledger::Checkpoint>& witnesses,
        const std::function<bool()>& stopping = [] { return false; }
    ) = 0;

    /// Bytes of records that were fetched and not handed out by a tail yet.
    [[nodiscard]] virtual std::size_t prefetched() const = 0;
};

/// Opens the topic, or creates it if it is absent, and checks that it can be a ledger: its
/// settings, and that no record was deleted from its beginning. Partitions that have no leader, or
/// do not answer, are skipped.
///
/// Throws Unreachable after `open_timeout` if the brokers do not answer, SettingRefused for a
/// setting of the topic or of the options, LedgerMismatch if records were deleted, StorageError
/// otherwise.
///
/// append: FateUnknown after `delivery_timeout` at the latest; by then no record of that append
/// waits to be sent. find_ends: also throws if the log has become shorter than it was.
[[nodiscard]] std::unique_ptr<Ledger> open_ledger(const Options& options);

}  // namespace consularia::infra::kafka
