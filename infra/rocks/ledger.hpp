#pragma once
// The ledger of a single node: a RocksDB of its own, one partition, one sync per batch.

#include "infra/ledger_mismatch.hpp"
#include "infra/rocks/check_options.hpp"
#include "ledger/log/checkpoint.hpp"
#include "ledger/log/ledger.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rocksdb {
class Env;
}

namespace consularia::infra::rocks {

struct EmbeddedLedgerOptions {
    /// Nothing is appended if the directory's file system has less free space than this.
    std::uint64_t min_free_bytes = 512ULL << 20;
    /// Called for each append, with the bytes that are available on that file system and those that
    /// must be: if they are more, it is refused. May be empty; must not block.
    std::function<void(std::uint64_t available, std::uint64_t needed)> on_space;
    rocksdb::Env* env = nullptr;  ///< For tests that inject failures; outlives the ledger.
    /// While writing fails, the minimum time between attempts to reopen the files.
    std::chrono::milliseconds retry{1000};
    /// Damage that is found in the background ends all appending.
    CheckOptions checks;
};

/// Opens the ledger in `directory`, or creates it if it is absent and there is no witness of one.
///
/// Before anything is written the ledger must prove that it is complete: readable and without gaps;
/// for each witness, a checkpoint of the journal or of a read store, with the same identity and
/// that very record at that position; and with valid checksums in its table files, as far as the
/// check of a start goes (CheckOptions; the other files are checked in the background). A torn last
/// write that was never acknowledged is no damage. The loss of records younger than all witnesses
/// stays undetected.
///
/// Throws LedgerMismatch, StorageError. The caller holds the data directory's lock.
///
/// append: a failed write leaves its batch's fate unknown; a later append reopens the files once
/// the cause has passed (no space, no quota, no file descriptors), and refuses until then. After a
/// failed sync every append is refused until the next start, because a later successful sync proves
/// nothing. tail: readers share the ledger's memory and may outlive it; `ready` is called by the
/// appending thread and must not destroy the tail.
[[nodiscard]] std::unique_ptr<ledger::Ledger> open_embedded_ledger(
    const std::filesystem::path& directory,
    const std::vector<ledger::Checkpoint>& witnesses,
    const EmbeddedLedgerOptions& options = {}
);

/// Creates an empty ledger with the identity of another one, whose records will be copied into it,
/// completely or not at all. Does nothing if there is a ledger already. Throws StorageError.
void create_copy_of_ledger(const std::filesystem::path& directory, const std::string& identity);

/// The ledger as it is at this moment, even beside a running server; changes no file and refuses to
/// append. If there are `checks`, also checks its table files as a start does. Throws
/// LedgerMismatch, StorageError.
[[nodiscard]] std::unique_ptr<ledger::Ledger> open_embedded_ledger_read_only(
    const std::filesystem::path& directory, const CheckOptions* checks = nullptr
);

/// Calls back for every record from this position on, in log order, reading like
/// open_embedded_ledger_read_only.
void for_each_record(
    const std::filesystem::path& directory,
    const std::function<void(const ledger::LogEntry&)>& callback,
    ledger::Position from = 0
);

}  // namespace consularia::infra::rocks
