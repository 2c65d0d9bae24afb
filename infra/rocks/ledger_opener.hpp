#pragma once
// How an embedded ledger is opened for appending: not before it has proven that it is whole.

#include "infra/rocks/ledger_files.hpp"
#include "infra/rocks/sync_watch.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

namespace consularia::infra::rocks {

/// Opens the same ledger again and again, one at a time; outlives what it opened.
class LedgerOpener {
  public:
    /// May refuse what was opened for reading, by an exception.
    using Inspect = std::function<void(const LedgerFiles&)>;

    /// `env` may be null, and outlives this.
    LedgerOpener(std::filesystem::path directory, rocksdb::Env* env);

    /// Reads the ledger, holds it against the witness and against `inspect`, and only then opens it
    /// for writing. Throws LedgerMismatch, StorageError; then no file was changed.
    [[nodiscard]] std::unique_ptr<LedgerFiles> open(
        const std::optional<projections::Checkpoint>& witness, const Inspect& inspect = {}
    );

    /// Throws StorageError when the file system does not take a file at the moment, or when there
    /// are not enough file descriptors to open a ledger.
    void try_writing() const;

    /// Of everything that was opened.
    [[nodiscard]] const SyncWatch& watch() const { return watch_; }

  private:
    const std::filesystem::path directory_;
    SyncWatch watch_;
    std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace consularia::infra::rocks
