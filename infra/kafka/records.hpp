#pragma once
// Reads the topic for commands: everything that is in it now, beside running nodes.

#include "infra/kafka/client.hpp"
#include "ledger/log/ledger.hpp"

#include <functional>
#include <string>
#include <vector>

namespace consularia::infra::kafka {

/// Calls back for every record that is in the log now, partition by partition in log order,
/// whatever the topic's settings are. Creates nothing.
///
/// `at_least` (by partition; may be shorter) is how far the log is known to reach. A broker that
/// reports an older end may be cut off from the others and is asked again until `doubt_timeout` has
/// passed; then the existing records are read. `from`, in the same form, is where reading begins:
/// at 0 if it says nothing. Throws StorageError, LedgerMismatch if records are
/// missing at the beginning.
void for_each_record(
    const Options& options,
    const std::function<void(ledger::Partition, const ledger::LogEntry&)>& callback,
    const std::vector<ledger::Position>& at_least = {},
    const std::vector<ledger::Position>& from = {}
);

/// The identity that a ledger opened with these options has. Throws Unreachable.
[[nodiscard]] std::string identity_of(const Options& options);

/// Throws LedgerMismatch if records are missing at the beginning of a partition: they cannot be
/// read again to rebuild a read store. Partitions that do not answer are skipped.
void check_begins(const Client& client, const std::vector<ledger::Partition>& partitions);

}  // namespace consularia::infra::kafka
