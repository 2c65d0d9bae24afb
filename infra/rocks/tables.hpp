#pragma once
// Reading the tables of a RocksDB: snapshots, cursors and write sets of the read store.

#include "infra/rocks/support.hpp"
#include "projections/read_store.hpp"

#include <rocksdb/utilities/write_batch_with_index.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace consularia::infra::rocks {

/// An open read store; a table that it lacks is null.
struct Tables {
    Db rocks;
    std::array<rocksdb::ColumnFamilyHandle*, projections::kTableCount> families{};

    [[nodiscard]] rocksdb::ColumnFamilyHandle* family(projections::Table table) const {
        return families.at(index_of(table));
    }
};

/// Throws ReadStoreDamaged or StorageError unless the status is ok.
void check_read_store(const rocksdb::Status& status);

class Snapshot final : public projections::Reader {
  public:
    explicit Snapshot(std::shared_ptr<const Tables> tables);
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    ~Snapshot() override;

    [[nodiscard]] std::optional<std::string> get(projections::Table table, std::string_view key)
        const override;
    [[nodiscard]] std::unique_ptr<projections::Cursor> scan(
        projections::Table table, std::string_view from, std::string_view to
    ) const override;

  private:
    std::shared_ptr<const Tables> tables_;
    const rocksdb::Snapshot* snapshot_;
};

/// Reads the store as it is at each call, plus its own changes. A cursor stays valid while the
/// write set changes; whether it sees changes made after scan() is unspecified.
class WriteSet final : public projections::WriteSet {
  public:
    explicit WriteSet(std::shared_ptr<const Tables> tables);

    [[nodiscard]] std::optional<std::string> get(projections::Table table, std::string_view key)
        const override;
    [[nodiscard]] std::unique_ptr<projections::Cursor> scan(
        projections::Table table, std::string_view from, std::string_view to
    ) const override;
    void put(projections::Table table, std::string_view key, std::string_view value) override;
    void erase(projections::Table table, std::string_view key) override;
    [[nodiscard]] std::size_t bytes() const override;

    [[nodiscard]] rocksdb::WriteBatch* changes();

    [[nodiscard]] bool belongs_to(const Tables& tables) const { return tables_.get() == &tables; }

  private:
    std::shared_ptr<const Tables> tables_;
    mutable rocksdb::WriteBatchWithIndex writes_;
};

}  // namespace consularia::infra::rocks
