#pragma once
// What a backup is written into: the ledger's records outside of it, with what was read of them.

#include "ledger/log/checkpoint.hpp"
#include "ledger/log/ledger.hpp"
#include "node/data_dir.hpp"

#include <memory>
#include <string>
#include <vector>

namespace consularia::node {

/// Used by one thread. Everything throws StorageError if the machine fails. After a crash at any
/// point the next one continues where this one was.
class BackupTarget {
  public:
    virtual ~BackupTarget() = default;

    /// How far the partition is in the backup; `next` is 0 if nothing is.
    [[nodiscard]] virtual ledger::Checkpoint reached(ledger::Partition partition) const = 0;

    /// Adds what comes next in the partition.
    virtual void add(ledger::Partition partition, const std::vector<ledger::LogEntry>& entries) = 0;

    /// Makes what was added durable, reads it again, and holds it against the chains. Throws
    /// LedgerMismatch if it does not continue them.
    virtual void finish() = 0;
};

/// A ledger with the same records at the same positions, and the journal that a start would make of
/// it: the server of an embedded ledger can be started on it. Precondition for both: the caller
/// holds the directory's lock. Both throw LedgerMismatch if the backup is one of another ledger.
[[nodiscard]] std::unique_ptr<BackupTarget> open_ledger_copy(
    const DataDir& dir, const std::string& identity
);

/// A journal with the bytes of all facts, for a ledger that is not on this disk.
[[nodiscard]] std::unique_ptr<BackupTarget> open_journal_copy(
    const DataDir& dir, const std::string& identity, ledger::Partition partitions
);

}  // namespace consularia::node
