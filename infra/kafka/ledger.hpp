#pragma once
// The ledger of many nodes: one Kafka topic, its partitions the ledger's, offsets its positions.

#include "infra/kafka/options.hpp"
#include "infra/ledger_mismatch.hpp"
#include "ledger/log/ledger.hpp"
#include "projections/projector.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>

namespace consularia::infra::kafka {

/// Thread-safe as Ledger says. Tails may outlive it; they are not an error's messenger: while the
/// brokers cannot be reached they are empty, and find_ends() throws.
class Ledger : public ledger::Ledger {
  public:
    /// Before a read store resumes: the ledger must be the checkpoints', reach their positions and
    /// hold there the records with their hashes. A partition that ends before is asked again until
    /// `doubt_timeout` has passed: its broker may be cut off from the others. Throws
    /// LedgerMismatch, which names what is missing; Unreachable when nobody answers.
    ///
    /// A partition that cannot be read now stops no other: nothing is appended to it, and its end
    /// is not told, until its tail has made the comparison, before it hands out anything. Ends
    /// early, without a verdict, when `stopping` says so.
    virtual void check_witnesses(
        const std::map<ledger::Partition, projections::Checkpoint>& witnesses,
        const std::function<bool()>& stopping = [] { return false; }
    ) = 0;

    /// Bytes of records that were fetched and that no tail has handed out yet.
    [[nodiscard]] virtual std::size_t prefetched() const = 0;
};

/// Opens the topic, or creates it when there is none, and checks that it can be a ledger: its
/// settings, and that no record was deleted from its beginning. Partitions that have no leader, or
/// do not answer, are left alone.
///
/// Throws Unreachable after `open_timeout` when the brokers do not answer, SettingRefused
/// for a setting of the topic or of the options, LedgerMismatch when records were deleted,
/// StorageError for the rest.
///
/// append: FateUnknown after `delivery_timeout` at the latest; nothing of that append waits to be
/// sent by then. find_ends: throws also when the log has become shorter than it was.
[[nodiscard]] std::unique_ptr<Ledger> open_ledger(const Options& options);

}  // namespace consularia::infra::kafka
