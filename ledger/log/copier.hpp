#pragma once
// Copies the facts of one ledger into another, byte for byte: between an embedded ledger and a
// Kafka topic, or two of the same kind.

#include "ledger/log/ledger.hpp"

#include <cstdint>
#include <functional>
#include <stdexcept>

namespace consularia::ledger {

/// Calls back for each record of a ledger, partition by partition in log order.
using ForEachRecord = std::function<
    void(const std::function<void(Partition partition, const LogEntry& entry)>& callback)>;

/// The two ledgers contain different histories of one organization. Nothing was written.
class HistoriesDiffer : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

struct CopyResult {
    std::uint64_t copied = 0;         ///< Facts appended by this run.
    std::uint64_t present = 0;        ///< Facts that the target already had.
    std::uint64_t organizations = 0;  ///< The number of organizations in the source.
};

struct CopyLimits {
    std::size_t batch_records = 512;
    std::size_t batch_bytes = 4 << 20;
    int attempts = 5;  ///< Appends of one batch while its fate stays unknown.
};

/// Appends to `target` the facts of the source that it does not have yet. Void records are not
/// copied. The copied facts are read back and compared by heads, which are hashes of everything
/// before them.
///
/// May be interrupted and run again, and may run while the source is written to: it then copies
/// what is there. Nobody else may append to the target, except for other organizations. Throws
/// HistoriesDiffer, StorageError.
[[nodiscard]] CopyResult copy_facts(
    const ForEachRecord& source,
    Partition source_partitions,
    Ledger& target,
    const ForEachRecord& target_records,
    const CopyLimits& limits = {}
);

}  // namespace consularia::ledger
