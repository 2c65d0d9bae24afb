#include "infra/rocks_read_store.hpp"

#include "domain/check.hpp"
#include "infra/files.hpp"
#include "infra/rocks_tables.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <mutex>
#include <utility>

namespace consularia::infra {
namespace {

namespace fs = std::filesystem;
using projections::Batch;
using projections::Reader;
using projections::Table;

std::string name_of_table(std::size_t index) {
    return std::string(projections::name_of(static_cast<Table>(index)));
}

class RocksReadStore final : public projections::ReadStore {
  public:
    RocksReadStore(
        std::shared_ptr<const RocksTables> tables, fs::path directory, std::uint64_t min_free_bytes
    )
        : tables_(std::move(tables)),
          directory_(std::move(directory)),
          min_free_bytes_(min_free_bytes) {}

    /// One snapshot is shared by all who come between two commits: RocksDB's own takes the lock
    /// that writers hold.
    std::shared_ptr<const Reader> snapshot() const override {
        const std::lock_guard lock(mutex_);
        if (!latest_) latest_ = std::make_shared<RocksSnapshot>(tables_);
        return latest_;
    }

    std::unique_ptr<Batch> batch() override { return std::make_unique<RocksBatch>(tables_); }

    void commit(std::unique_ptr<Batch> batch) override {
        auto* mine = dynamic_cast<RocksBatch*>(batch.get());
        CHECK(mine != nullptr && mine->belongs_to(*tables_));
        if (available_bytes(directory_) < min_free_bytes_) {
            throw ledger::StorageError(
                "the read store in " + directory_.string() + " is out of storage"
            );
        }
        rocksdb::WriteOptions options;
        options.sync = false;
        check_read_store(tables_->rocks.db().Write(options, mine->changes()));
        std::shared_ptr<const Reader> outdated;  // released after the lock
        const std::lock_guard lock(mutex_);
        outdated.swap(latest_);
    }

    void flush() override { check_read_store(tables_->rocks.db().SyncWAL()); }

  private:
    std::shared_ptr<const RocksTables> tables_;
    const fs::path directory_;
    const std::uint64_t min_free_bytes_;
    mutable std::mutex mutex_;                      ///< Guards latest_.
    mutable std::shared_ptr<const Reader> latest_;  ///< Of all commits so far; made when asked for.
};

rocksdb::ColumnFamilyOptions table_options(const RocksReadStoreOptions& options) {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes);
    table.cache_index_and_filter_blocks = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    rocksdb::ColumnFamilyOptions family;
    family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    family.compression = rocksdb::kLZ4Compression;
    family.write_buffer_size = options.write_buffer_bytes;  // the sum is what counts
    family.level_compaction_dynamic_level_bytes = true;
    return family;
}

bool is_absent(const fs::path& directory) {
    std::error_code error;
    const bool absent = !fs::exists(directory, error) || fs::is_empty(directory, error);
    if (!error) return absent;
    throw ledger::StorageError("cannot read " + directory.string() + ": " + error.message());
}

/// Its column families. None when there is no store.
std::vector<std::string> tables_in(const fs::path& directory) {
    std::vector<std::string> names;
    if (is_absent(directory)) return names;
    check_read_store(rocksdb::DB::ListColumnFamilies(quiet_options(), directory.string(), &names));
    std::ranges::sort(names);
    return names;
}

/// Those of this version, in the same order.
std::vector<std::string> all_tables() {
    std::vector<std::string> names{rocksdb::kDefaultColumnFamilyName};
    names.reserve(1 + projections::kTableCount);
    for (std::size_t i = 0; i < projections::kTableCount; ++i) names.push_back(name_of_table(i));
    std::ranges::sort(names);
    return names;
}

/// Opens the column families of these names; those that are tables can be read.
std::shared_ptr<RocksTables> open_tables(
    const fs::path& directory,
    const rocksdb::DBOptions& options,
    const std::vector<std::string>& names,
    const rocksdb::ColumnFamilyOptions& table_options,
    RocksDb::Mode mode
) {
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    families.reserve(names.size());
    for (const std::string& name : names) families.emplace_back(name, table_options);
    auto tables = std::make_shared<RocksTables>();
    check_read_store(tables->rocks.open(options, directory, families, mode));
    for (std::size_t table = 0; table < projections::kTableCount; ++table) {
        const auto found = std::ranges::find(names, name_of_table(table));
        if (found == names.end()) continue;
        tables->families[table] =
            tables->rocks.family(static_cast<std::size_t>(found - names.begin()));
    }
    return tables;
}

}  // namespace

std::unique_ptr<projections::ReadStore> open_read_store(
    const fs::path& directory, const RocksReadStoreOptions& options
) {
    const std::vector<std::string> present = tables_in(directory);
    const std::vector<std::string> expected = all_tables();
    // One that is missing was lost: RocksDB would make an empty one in its place.
    if (!present.empty() && present != expected) {
        throw ReadStoreDamaged("the read store in " + directory.string() + " has other tables");
    }
    rocksdb::DBOptions database = quiet_options();
    database.create_if_missing = present.empty();
    database.create_missing_column_families = present.empty();
    database.atomic_flush = true;
    database.db_write_buffer_size = options.write_buffer_bytes;
    database.max_total_wal_size = options.write_buffer_bytes;
    auto tables = open_tables(
        directory, database, expected, table_options(options), RocksDb::Mode::read_write
    );
    return std::make_unique<RocksReadStore>(std::move(tables), directory, options.min_free_bytes);
}

std::optional<ReadStoreState> peek_read_store(
    const fs::path& directory, ledger::Partition partitions, Peek peek
) {
    const std::vector<std::string> present = tables_in(directory);
    if (present.empty()) return std::nullopt;
    auto tables = open_tables(directory, quiet_options(), present, {}, RocksDb::Mode::read_only);
    if (peek == Peek::at_all) check_read_store(tables->rocks.db().VerifyChecksum(verified_read()));
    const RocksSnapshot reader(std::move(tables));
    ReadStoreState state{projections::read_fingerprint(reader), {}};
    for (ledger::Partition partition = 0; partition < partitions; ++partition) {
        state.checkpoints.push_back(projections::read_checkpoint(reader, partition));
    }
    return state;
}

}  // namespace consularia::infra
