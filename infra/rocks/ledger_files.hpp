#pragma once
// The files of an embedded ledger: a RocksDB whose column family "log" maps position (8 bytes,
// big-endian) to a record's value, and whose default one holds the ledger's identity and format. A
// damaged or foreign directory is detected before anything in it is changed: a normal open drops
// what the write-ahead log cannot provide, and with it the evidence.

#include "infra/rocks/support.hpp"
#include "infra/rocks/table_checks.hpp"
#include "ledger/log/checkpoint.hpp"
#include "ledger/log/ledger.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace consularia::infra::rocks {

inline constexpr std::size_t kLedgerMetaFamily = 0;
inline constexpr std::size_t kLedgerLogFamily = 1;

struct LedgerFiles {
    Db rocks;
    std::string identity;
    ledger::Position end = 0;  ///< The position after the last record.
    ledger::Hash last_hash{};  ///< SHA-256 of the last record's value, if there is one.
};

[[nodiscard]] std::string position_key(ledger::Position position);
/// Throws StorageError if the key has a different form.
[[nodiscard]] ledger::Position read_position_key(const rocksdb::Slice& key);

/// Whether there is no directory, or one without files.
[[nodiscard]] bool ledger_is_absent(const std::filesystem::path& directory);

/// Creates an empty ledger, completely or not at all, even if the machine fails midway.
/// Precondition: it is absent. Throws StorageError.
void create_ledger_files(
    const std::filesystem::path& directory, rocksdb::Env* env, const std::string& identity
);

/// Opens without changing a file. Throws LedgerMismatch if something is damaged or missing,
/// StorageError if it cannot be read now.
[[nodiscard]] std::unique_ptr<LedgerFiles> open_ledger_read_only(
    const std::filesystem::path& directory, rocksdb::Env* env
);

[[nodiscard]] std::unique_ptr<LedgerFiles> open_ledger_read_write(
    const std::filesystem::path& directory, rocksdb::Env* env
);

/// Throws LedgerMismatch: the witness has seen a ledger where there is none.
[[noreturn]] void refuse_absent_ledger(
    const std::filesystem::path& directory, const ledger::Checkpoint& witness
);

/// Checks table files like check_at_start(). Throws LedgerMismatch.
void check_tables(
    const LedgerFiles& files,
    const std::filesystem::path& directory,
    CheckedTables& checked,
    const CheckOptions& options
);

/// Throws LedgerMismatch unless the ledger contains what the witness has seen.
void check_witness(
    const LedgerFiles& files,
    const ledger::Checkpoint& witness,
    const std::filesystem::path& directory
);

}  // namespace consularia::infra::rocks
