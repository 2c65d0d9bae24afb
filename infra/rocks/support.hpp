#pragma once
// The RocksDB helpers that ledger and read store share: RAII handles, options that write no log
// files, and the text of a status.

#include "ledger/log/storage_error.hpp"

#include <rocksdb/db.h>

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace consularia::infra::rocks {

/// An open database and its column families, in the requested order. Destruction is not
/// thread-safe; everything else is as thread-safe as rocksdb::DB.
class Db {
  public:
    enum class Mode { read_only, read_write };

    Db() = default;
    Db(const Db&) = delete;
    Db& operator=(const Db&) = delete;
    Db(Db&&) = delete;
    Db& operator=(Db&&) = delete;
    ~Db();

    /// Call it at most once. A read-only open changes no file, even beside a process that writes.
    [[nodiscard]] rocksdb::Status open(
        const rocksdb::DBOptions& options,
        const std::filesystem::path& directory,
        const std::vector<rocksdb::ColumnFamilyDescriptor>& families,
        Mode mode
    );

    [[nodiscard]] rocksdb::DB& db() const { return *db_; }

    [[nodiscard]] rocksdb::ColumnFamilyHandle* family(std::size_t index) const {
        return families_[index];
    }

  private:
    std::unique_ptr<rocksdb::DB> db_;
    std::vector<rocksdb::ColumnFamilyHandle*> families_;
};

/// Options for a database that verifies what it reads and writes no LOG files.
[[nodiscard]] rocksdb::DBOptions quiet_options();

/// Reads that verify every checksum.
[[nodiscard]] rocksdb::ReadOptions verified_read();

/// The status's own words, for the end of a sentence.
[[nodiscard]] std::string words_of(const rocksdb::Status& status);

/// Throws NoSpaceError or another StorageError, with this sentence. Precondition: the status is not
/// ok.
[[noreturn]] void throw_storage_error(const rocksdb::Status& status, const std::string& sentence);

/// The names of a database's files.
[[nodiscard]] std::set<std::string> files_in(const std::filesystem::path& directory);

/// How often a database is opened whose files change.
inline constexpr int kAttempts = 20;

/// What `open` returns for a directory that another process may be writing: it is one state of the
/// database if the files have the same names before and after. Otherwise rows may have been moved
/// from the write-ahead log into a table in between, and seem to be missing; `open` throws Damaged
/// then, or does not notice, and is called again. Throws StorageError if they change each time.
template <class Damaged, class Open>
[[nodiscard]] auto open_unchanged(
    const std::filesystem::path& directory, const std::string& what, const Open& open
) {
    for (int attempt = 1; attempt <= kAttempts; ++attempt) {
        const auto before = files_in(directory);
        try {
            auto opened = open();
            if (files_in(directory) == before) return opened;
        } catch (const Damaged&) {
            if (files_in(directory) == before) throw;
        }
    }
    throw ledger::StorageError(what + " in " + directory.string() + " changes while it is opened");
}

/// Whether the files are damaged or incomplete, as opposed to unreadable at the moment.
[[nodiscard]] bool is_damage(const rocksdb::Status& status);

[[nodiscard]] rocksdb::Slice slice_of(std::string_view bytes);

}  // namespace consularia::infra::rocks
