#pragma once
// Opens an embedded ledger for appending, but only after it has proven to be complete.

#include "infra/rocks/ledger_files.hpp"
#include "infra/rocks/sync_watch.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace consularia::infra::rocks {

/// Opens the same ledger repeatedly, one at a time; outlives what it opened.
class LedgerOpener {
  public:
    /// May throw to refuse the files that were opened for reading.
    using Inspect = std::function<void(const LedgerFiles&)>;

    /// `env` may be null, and outlives this.
    LedgerOpener(std::filesystem::path directory, rocksdb::Env* env);

    /// Reads the ledger, compares it with every witness, calls `inspect`, and only then opens it
    /// for writing. Throws LedgerMismatch, StorageError; then no file was changed.
    [[nodiscard]] std::unique_ptr<LedgerFiles> open(
        const std::vector<ledger::Checkpoint>& witnesses, const Inspect& inspect = {}
    );

    /// Throws StorageError if the file system accepts no file at the moment, or if there are not
    /// enough file descriptors to open a ledger.
    void try_writing() const;

    /// Watches everything that was opened.
    [[nodiscard]] const SyncWatch& watch() const { return watch_; }

  private:
    const std::filesystem::path directory_;
    SyncWatch watch_;
    std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace consularia::infra::rocks
