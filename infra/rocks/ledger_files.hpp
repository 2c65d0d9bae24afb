#pragma once
// The files of an embedded ledger: a RocksDB whose column family "log" maps position (8 bytes,
// big-endian) to a record's value, and whose default one holds the ledger's identity and format.
// A damaged or foreign directory is told before anything in it is changed: a normal open drops
// what the write-ahead log cannot give, and with it the evidence.

#include "infra/rocks/support.hpp"
#include "infra/rocks/table_checks.hpp"
#include "ledger/log/ledger.hpp"
#include "projections/projector.hpp"

#include <filesystem>
#include <memory>
#include <optional>
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
/// Throws StorageError when the key has another form.
[[nodiscard]] ledger::Position read_position_key(const rocksdb::Slice& key);

/// No directory, or one without a file in it.
[[nodiscard]] bool ledger_is_absent(const std::filesystem::path& directory);

/// Makes an empty ledger, all or nothing, also when the machine fails half-way. Precondition: it is
/// absent. Throws StorageError.
void create_ledger_files(const std::filesystem::path& directory, rocksdb::Env* env);

/// Opens without changing a file. Throws LedgerMismatch when something is damaged or missing,
/// StorageError when it cannot be read now.
[[nodiscard]] std::unique_ptr<LedgerFiles> open_ledger_read_only(
    const std::filesystem::path& directory, rocksdb::Env* env
);

[[nodiscard]] std::unique_ptr<LedgerFiles> open_ledger_read_write(
    const std::filesystem::path& directory, rocksdb::Env* env
);

/// Throws LedgerMismatch: the witness has seen a ledger where there is none.
[[noreturn]] void refuse_absent_ledger(
    const std::filesystem::path& directory, const projections::Checkpoint& witness
);

/// Checks table files as check_at_start() does. Throws LedgerMismatch.
void check_tables(
    const LedgerFiles& files,
    const std::filesystem::path& directory,
    CheckedTables& checked,
    const CheckOptions& options
);

/// Throws LedgerMismatch unless the ledger holds what the witness has seen.
void check_witness(
    const LedgerFiles& files,
    const projections::Checkpoint& witness,
    const std::filesystem::path& directory
);

}  // namespace consularia::infra::rocks
