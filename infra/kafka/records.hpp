#pragma once
// The topic as commands read it: all that is in it now, beside running nodes.

#include "infra/kafka/client.hpp"
#include "ledger/log/ledger.hpp"

#include <functional>
#include <string>
#include <vector>

namespace consularia::infra::kafka {

/// Calls back for every record that is in the log now, partition by partition in log order,
/// whatever the topic's settings are. Creates nothing.
///
/// `at_least` (by partition; may be shorter) is where the log is known to reach: brokers that tell
/// an older end may be cut off from the others, and are asked again until `doubt_timeout` has
/// passed; then what there is is read. Throws StorageError, LedgerMismatch when records are missing
/// at the beginning.
void for_each_record(
    const Options& options,
    const std::function<void(ledger::Partition, const ledger::LogEntry&)>& callback,
    const std::vector<ledger::Position>& at_least = {}
);

/// The identity that a ledger opened with these options has. Throws Unreachable.
[[nodiscard]] std::string identity_of(const Options& options);

/// Throws LedgerMismatch when records are missing at the beginning of a partition: they cannot be
/// read again to rebuild a read store. Those that do not answer are left out.
void check_begins(const Client& client, const std::vector<ledger::Partition>& partitions);

}  // namespace consularia::infra::kafka
