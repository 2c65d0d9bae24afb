#pragma once
// What the ledger and the read store share of RocksDB: handles that close themselves, options that
// write no log files, and the sentence of a status.

#include <rocksdb/db.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace consularia::infra::rocks {

/// An open database and its column families, in the order asked for. Not thread-safe to destroy;
/// everything else is as thread-safe as rocksdb::DB.
class Db {
  public:
    enum class Mode { read_only, read_write };

    Db() = default;
    Db(const Db&) = delete;
    Db& operator=(const Db&) = delete;
    Db(Db&&) = delete;
    Db& operator=(Db&&) = delete;
    ~Db();

    /// At most once. A read-only open changes no file, also beside a process that writes.
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

/// Options for a database that checks what it reads and writes no LOG files.
[[nodiscard]] rocksdb::DBOptions quiet_options();

/// Reads that verify every checksum.
[[nodiscard]] rocksdb::ReadOptions verified_read();

/// The status's own words, for the end of a sentence.
[[nodiscard]] std::string words_of(const rocksdb::Status& status);

/// Whether the files are damaged or incomplete, rather than the machine unable to read them now.
[[nodiscard]] bool is_damage(const rocksdb::Status& status);

[[nodiscard]] rocksdb::Slice slice_of(std::string_view bytes);

}  // namespace consularia::infra::rocks
