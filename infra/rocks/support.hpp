#pragma once
// The RocksDB helpers that ledger and read store share: RAII handles, options that write no log
// files, and the text of a status.

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

/// The names of a database's files. Another process may be writing it: what was opened is one state
/// of it if they are the same before and after. Otherwise records may have been moved from the
/// write-ahead log into a table in between, and seem to be missing.
[[nodiscard]] std::set<std::string> files_in(const std::filesystem::path& directory);

/// How often to open a database again whose files have changed.
inline constexpr int kAttempts = 20;

/// Whether the files are damaged or incomplete, as opposed to unreadable at the moment.
[[nodiscard]] bool is_damage(const rocksdb::Status& status);

[[nodiscard]] rocksdb::Slice slice_of(std::string_view bytes);

}  // namespace consularia::infra::rocks
