#pragma once
// Which ledger the options name, and how to open it.

#include "infra/kafka/ledger.hpp"
#include "infra/metrics/metrics.hpp"
#include "node/options.hpp"
#include "projections/read_store.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace consularia::node {

/// Whether --ledger is kafka:HOST:PORT,…; false for `embedded`. Throws UsageError for anything
/// else.
[[nodiscard]] bool is_kafka(const StoreOptions& options);

/// 1 when embedded.
[[nodiscard]] ledger::Partition partitions_of(const StoreOptions& options);

/// Calls back for every record that is in the log now, partition by partition in log order, even
/// beside a running server. Changes nothing. `at_least` is how far each partition of a Kafka ledger
/// is known to reach (infra/kafka/records.hpp). Throws StorageError.
void for_each_record(
    const StoreOptions& options,
    const std::function<void(ledger::Partition, const ledger::LogEntry&)>& callback,
    const std::vector<ledger::Position>& at_least = {}
);

/// Precondition: is_kafka. Throws UsageError. librdkafka's statistics go to `metrics`, if any.
[[nodiscard]] infra::kafka::Options kafka_options(
    const StoreOptions& options, infra::Metrics* metrics = nullptr
);

/// Opens the Kafka ledger for this read store. Waits for brokers until `stopping` returns true;
/// then returns null. Creates the topic if it is absent and the read store is empty. Throws
/// StorageError if the topic cannot be the ledger, or is not the one that the read store has
/// applied.
[[nodiscard]] std::unique_ptr<ledger::Ledger> connect_kafka(
    infra::kafka::Options options,
    const projections::ReadStore& store,
    const std::function<bool()>& stopping
);

}  // namespace consularia::node
