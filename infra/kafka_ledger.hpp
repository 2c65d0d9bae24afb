#pragma once
// The ledger of many nodes: one Kafka topic, its partitions the ledger's, offsets its positions.

#include "infra/kafka_options.hpp"
#include "infra/ledger_mismatch.hpp"
#include "ledger/ledger.hpp"
#include "projections/projector.hpp"

#include <functional>
#include <memory>

namespace consularia::infra {

/// Thread-safe as Ledger says. Tails may outlive it; they are not an error's messenger: while the
/// brokers cannot be reached they are empty, and find_ends() throws.
class KafkaLedger : public ledger::Ledger {
  public:
    /// Before a read store resumes: the ledger must be the checkpoint's, reach its position and
    /// hold there the record with its hash. Throws LedgerMismatch, which names what is missing;
    /// StorageError when that cannot be read now.
    virtual void check_witness(
        ledger::Partition partition, const projections::Checkpoint& witness
    ) = 0;
};

/// Opens the topic, or creates it when there is none, and checks that it can be a ledger: its
/// settings, and that no record was deleted from its beginning.
///
/// Throws KafkaUnreachable after `open_timeout` when the brokers do not answer, KafkaSettingRefused
/// for a setting of the topic or of the options, LedgerMismatch when records were deleted,
/// StorageError for the rest.
///
/// append: FateUnknown after `delivery_timeout` at the latest; nothing of that append waits to be
/// sent by then. find_ends: throws also when the log has become shorter than it was.
[[nodiscard]] std::unique_ptr<KafkaLedger> open_kafka_ledger(const KafkaLedgerOptions& options);

/// Calls back for every record that is in the log now, partition by partition in log order,
/// whatever the topic's settings are. Creates nothing. Throws StorageError, LedgerMismatch when
/// records are missing at the beginning.
void for_each_record(
    const KafkaLedgerOptions& options,
    const std::function<void(ledger::Partition, const ledger::LogEntry&)>& callback
);

}  // namespace consularia::infra
