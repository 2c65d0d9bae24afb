#pragma once
// Reading the tables of a RocksDB: snapshots, cursors and write sets of a store.

#include "infra/rocks/support.hpp"
#include "tables/store.hpp"

#include <rocksdb/write_batch.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace consularia::infra::rocks {

/// Throws StoreDamaged or StorageError unless the status is ok. `store` is its name in sentences.
void check_store(const std::string& store, const rocksdb::Status& status);

/// An open store; a table that it lacks is null.
struct Tables {
    std::string store;
    Db rocks;
    std::vector<rocksdb::ColumnFamilyHandle*> families;  ///< By the tables' indexes.

    [[nodiscard]] rocksdb::ColumnFamilyHandle* family(tables::TableId table) const {
        return families.at(table.index());
    }

    void check(const rocksdb::Status& status) const { check_store(store, status); }

    /// Precondition: it has the table.
    [[nodiscard]] std::optional<std::string> get(
        const rocksdb::ReadOptions& options, tables::TableId table, std::string_view key
    ) const;
};

/// The small rows that a reader has read, so that it does not search the same few again: heads,
/// tokens, totals. Bounded. Not thread-safe.
class KnownRows {
  public:
    explicit KnownRows(const Tables& tables) : rows_(tables.families.size()) {}

    [[nodiscard]] std::optional<std::string> find(tables::TableId table, std::string_view key)
        const;
    /// Does nothing if the row is large, or if there are many already.
    void keep(tables::TableId table, std::string_view key, const std::string& value);

  private:
    std::vector<std::map<std::string, std::string, std::less<>>>
        rows_;  ///< By the tables' indexes.
    std::size_t count_ = 0;
};

class Snapshot final : public tables::Reader {
  public:
    explicit Snapshot(std::shared_ptr<const Tables> tables);
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    ~Snapshot() override;

    [[nodiscard]] std::optional<std::string> get(tables::TableId table, std::string_view key)
        const override;
    [[nodiscard]] std::unique_ptr<tables::Cursor> scan(
        tables::TableId table, std::string_view from, std::string_view to
    ) const override;

  private:
    [[nodiscard]] std::optional<std::string> find_known(tables::TableId table, std::string_view key)
        const;

    std::shared_ptr<const Tables> tables_;
    const rocksdb::Snapshot* snapshot_;
    mutable std::mutex mutex_;  ///< Guards known_.
    mutable KnownRows known_;
};

/// What becomes of a table's rows: a value, or nothing if a row is erased.
using Changes = std::map<std::string, std::optional<std::string>, std::less<>>;

/// Reads the store as it is at each call, or at an earlier one, plus its own changes: rows that
/// others change at the same time are not read through it. A cursor stays valid while the
/// write set changes; whether it sees changes made after scan() is unspecified.
class WriteSet final : public tables::WriteSet {
  public:
    explicit WriteSet(std::shared_ptr<const Tables> tables);

    [[nodiscard]] std::optional<std::string> get(tables::TableId table, std::string_view key)
        const override;
    [[nodiscard]] std::unique_ptr<tables::Cursor> scan(
        tables::TableId table, std::string_view from, std::string_view to
    ) const override;
    void put(tables::TableId table, std::string_view key, std::string_view value) override;
    void erase(tables::TableId table, std::string_view key) override;
    [[nodiscard]] std::size_t bytes() const override;

    /// All changes, in the order of tables and keys: RocksDB inserts neighbours faster.
    [[nodiscard]] rocksdb::WriteBatch to_batch() const;

    [[nodiscard]] bool belongs_to(const Tables& tables) const { return tables_.get() == &tables; }

  private:
    void change(tables::TableId table, std::string_view key, std::optional<std::string> value);

    std::shared_ptr<const Tables> tables_;
    std::vector<Changes> changes_;  ///< By the tables' indexes.
    mutable KnownRows known_;
    std::size_t bytes_ = 0;
};

}  // namespace consularia::infra::rocks
