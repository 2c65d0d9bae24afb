#include "infra/rocks/store.hpp"

#include "base/check.hpp"
#include "infra/files.hpp"
#include "infra/rocks/table_checks.hpp"
#include "infra/rocks/tables.hpp"
#include "ledger/log/no_space_error.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/perf_level.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <functional>
#include <mutex>
#include <utility>

namespace consularia::infra::rocks {
namespace {

namespace fs = std::filesystem;
using tables::Reader;

using OpenTables = std::shared_ptr<const Tables>;

/// RocksDB counts the comparisons and look-ups of each thread, which nobody reads: a twentieth of
/// the cost of a write.
void count_nothing() {
    rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
}

class Store final : public tables::Store {
  public:
    Store(
        std::string name,
        std::function<OpenTables()> open,
        fs::path directory,
        const StoreOptions& options
    )
        : name_(std::move(name)),
          open_(std::move(open)),
          directory_(std::move(directory)),
          min_free_bytes_(options.min_free_bytes),
          retry_(options.retry),
          tables_(open_()),
          checker_([this] { return table_files_of(tables()->rocks.db()); }, options.checks) {}

    /// All readers between two commits share one snapshot: RocksDB's own takes the lock that
    /// writers hold.
    std::shared_ptr<const Reader> snapshot() const override {
        count_nothing();
        const std::lock_guard lock(mutex_);
        if (!latest_) latest_ = std::make_shared<Snapshot>(opened());
        return latest_;
    }

    std::unique_ptr<tables::WriteSet> write_set() override {
        count_nothing();
        mend();
        return std::make_unique<WriteSet>(tables());
    }

    void commit(std::unique_ptr<tables::WriteSet> writes) override {
        const auto tables = this->tables();
        auto* mine = dynamic_cast<WriteSet*>(writes.get());
        CHECK(mine != nullptr && mine->belongs_to(*tables));
        if (available_bytes(directory_) < min_free_bytes_) {
            throw ledger::NoSpaceError(name_ + " in " + directory_.string() + " is out of storage");
        }
        rocksdb::WriteOptions options;
        options.sync = false;
        auto batch = mine->to_batch();
        note(*tables, tables->rocks.db().Write(options, &batch));
        std::shared_ptr<const Reader> outdated;  // released after the lock
        const std::lock_guard lock(mutex_);
        outdated.swap(latest_);
    }

    void flush() override {
        mend();
        const auto tables = this->tables();
        note(*tables, tables->rocks.db().SyncWAL());
    }

  private:
    [[nodiscard]] OpenTables tables() const {
        const std::lock_guard lock(mutex_);
        return opened();
    }

    /// Precondition: the mutex is held.
    [[nodiscard]] const OpenTables& opened() const {
        if (!tables_) throw ledger::StorageError(name_ + " is being reopened");
        return tables_;
    }

    /// Throws unless the status is ok.
    void note(const Tables& tables, const rocksdb::Status& status) {
        if (!status.ok() && !is_damage(status)) {
            const std::lock_guard lock(mending_);
            // Not later with each failure: it may be tried more often than that.
            if (!failing_) retry_at_ = std::chrono::steady_clock::now() + retry_;
            failing_ = true;
        }
        tables.check(status);
    }

    /// Reopens the tables if a write has failed, a retry is due, and the directory can be written.
    /// Throws StorageError if they cannot be opened.
    void mend() {
        const std::lock_guard mending(mending_);
        if (!failing_ || std::chrono::steady_clock::now() < retry_at_) return;
        retry_at_ = std::chrono::steady_clock::now() + retry_;
        try_writing(directory_);
        std::shared_ptr<const Reader> outdated;
        {
            const std::lock_guard lock(mutex_);
            if (tables_) closing_ = tables_;
            tables_.reset();
            outdated.swap(latest_);
        }
        outdated.reset();
        // Readers of a snapshot keep the old tables open.
        if (!closing_.expired()) throw ledger::StorageError(name_ + " is still being read");
        auto tables = open_();
        failing_ = false;
        const std::lock_guard lock(mutex_);
        tables_ = std::move(tables);
    }

    const std::string name_;
    const std::function<OpenTables()> open_;
    const fs::path directory_;
    const std::uint64_t min_free_bytes_;
    const std::chrono::milliseconds retry_;

    std::mutex mending_;  ///< Held while reopening; locked before mutex_. Guards the next three.
    bool failing_ = false;
    std::chrono::steady_clock::time_point retry_at_{};
    std::weak_ptr<const Tables> closing_;

    mutable std::mutex mutex_;                      ///< Guards the next two.
    OpenTables tables_;                             ///< Null while they are being reopened.
    mutable std::shared_ptr<const Reader> latest_;  ///< The snapshot of all commits so far; made on
                                                    ///< demand.

    TableChecker checker_;
};

class ReadOnlyStore final : public tables::Store {
  public:
    explicit ReadOnlyStore(OpenTables tables) : tables_(std::move(tables)) {}

    std::shared_ptr<const Reader> snapshot() const override {
        return std::make_shared<Snapshot>(tables_);
    }

    std::unique_ptr<tables::WriteSet> write_set() override {
        return std::make_unique<WriteSet>(tables_);
    }

    void commit(std::unique_ptr<tables::WriteSet> /*writes*/) override {
        throw ledger::StorageError(tables_->store + " was opened for reading");
    }

    void flush() override {}

  private:
    const OpenTables tables_;
};

rocksdb::ColumnFamilyOptions table_options(const StoreOptions& options) {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache =
        options.block_cache ? options.block_cache : make_block_cache(options.block_cache_bytes);
    table.cache_index_and_filter_blocks = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    rocksdb::ColumnFamilyOptions family;
    family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    family.compression = rocksdb::kLZ4Compression;
    family.write_buffer_size = options.write_buffer_bytes;  // the sum is what counts
    // The sum counts whole blocks: with RocksDB's default of 1 MiB, a few rows in each table would
    // fill it.
    family.arena_block_size = 64 << 10;
    // Most rows that a new appointment's writer looks for are not there.
    family.memtable_whole_key_filtering = true;
    family.memtable_prefix_bloom_size_ratio = 0.001;
    // The rows of a commit are in order: the search for a row's place begins where the last ended.
    family.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(1));
    family.level_compaction_dynamic_level_bytes = true;
    family.level0_file_num_compaction_trigger = 8;  // they are small
    return family;
}

bool is_absent(const fs::path& directory) {
    std::error_code error;
    const bool absent = !fs::exists(directory, error) || fs::is_empty(directory, error);
    if (!error) return absent;
    throw ledger::StorageError("cannot read " + directory.string() + ": " + error.message());
}

/// The store's column families. Empty if there is no store.
std::vector<std::string> tables_in(const fs::path& directory, const std::string& store) {
    std::vector<std::string> names;
    if (is_absent(directory)) return names;
    check_store(
        store, rocksdb::DB::ListColumnFamilies(quiet_options(), directory.string(), &names)
    );
    std::ranges::sort(names);
    return names;
}

/// The tables of the schema, in the same order.
std::vector<std::string> all_tables(const tables::Schema& schema) {
    std::vector<std::string> names{rocksdb::kDefaultColumnFamilyName};
    names.insert(names.end(), schema.tables.begin(), schema.tables.end());
    std::ranges::sort(names);
    return names;
}

/// Opens the column families with these names; those that are tables can be read.
std::shared_ptr<Tables> open_tables(
    const fs::path& directory,
    const tables::Schema& schema,
    const rocksdb::DBOptions& options,
    const std::vector<std::string>& names,
    const rocksdb::ColumnFamilyOptions& table_options,
    Db::Mode mode
) {
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    families.reserve(names.size());
    for (const std::string& name : names) families.emplace_back(name, table_options);
    auto tables = std::make_shared<Tables>();
    tables->store = schema.store;
    tables->check(tables->rocks.open(options, directory, families, mode));
    for (const std::string& table : schema.tables) {
        const auto found = std::ranges::find(names, table);
        tables->families.push_back(
            found == names.end()
                ? nullptr
                : tables->rocks.family(static_cast<std::size_t>(found - names.begin()))
        );
    }
    return tables;
}

/// Null if there is no store.
std::shared_ptr<Tables> open_as_it_is(const fs::path& directory, const tables::Schema& schema) {
    return open_unchanged<StoreDamaged>(directory, schema.store, [&] {
        std::shared_ptr<Tables> tables;
        const auto present = tables_in(directory, schema.store);
        if (!present.empty()) {
            tables =
                open_tables(directory, schema, quiet_options(), present, {}, Db::Mode::read_only);
        }
        return tables;
    });
}

/// Creates a store without rows, completely or not at all: RocksDB makes one table after the other.
/// Precondition: it is absent.
void create_tables(
    const fs::path& directory,
    const tables::Schema& schema,
    const rocksdb::ColumnFamilyOptions& table_options
) {
    const fs::path unfinished = with_suffix(directory, ".unfinished");
    remove_tree(unfinished);
    rocksdb::DBOptions database = quiet_options();
    database.create_if_missing = true;
    database.create_missing_column_families = true;
    (void)open_tables(
        unfinished, schema, database, all_tables(schema), table_options, Db::Mode::read_write
    );
    rename_durably(unfinished, directory);
}

void check_files(const Tables& tables, const CheckOptions& checks) {
    rocksdb::DB& db = tables.rocks.db();
    CheckedTables checked(checks.record);
    tables.check(check_at_start(db, checked, checks));
    if (!checks.record.empty()) checked.save(table_files_of(db));
}

}  // namespace

std::unique_ptr<tables::Store> open_store(
    const fs::path& directory, const tables::Schema& schema, const StoreOptions& options
) {
    const std::vector<std::string> present = tables_in(directory, schema.store);
    const std::vector<std::string> expected = all_tables(schema);
    // A missing one was lost: RocksDB would create an empty one in its place.
    if (!present.empty() && present != expected) {
        throw StoreDamaged(schema.store + " in " + directory.string() + " has different tables");
    }
    if (present.empty()) create_tables(directory, schema, table_options(options));
    rocksdb::DBOptions database = quiet_options();
    database.atomic_flush = true;
    database.db_write_buffer_size = options.write_buffer_bytes;
    database.max_total_wal_size = options.write_buffer_bytes;
    const auto open = [=, families = table_options(options)] {
        return open_tables(directory, schema, database, expected, families, Db::Mode::read_write);
    };
    return std::make_unique<Store>(schema.store, open, directory, options);
}

BlockCache make_block_cache(std::size_t bytes) {
    return rocksdb::NewLRUCache(bytes);
}

bool remove_store(const fs::path& directory) {
    const auto lock_file = directory / "LOCK";
    std::error_code error;
    if (fs::exists(lock_file, error)) {
        rocksdb::FileLock* lock = nullptr;
        auto& env = *rocksdb::Env::Default();
        if (!env.LockFile(lock_file.string(), &lock).ok()) return false;
        (void)env.UnlockFile(lock);  // Nobody opens it any more.
    }
    const fs::path removed = with_suffix(directory, ".unfinished");
    remove_tree(removed);
    if (fs::exists(directory, error)) rename_durably(directory, removed);
    remove_tree(removed);
    return true;
}

std::unique_ptr<tables::Store> open_store_read_only(
    const fs::path& directory, const tables::Schema& schema
) {
    auto tables = open_as_it_is(directory, schema);
    return tables ? std::make_unique<ReadOnlyStore>(std::move(tables)) : nullptr;
}

std::shared_ptr<const Reader> peek_store(
    const fs::path& directory, const tables::Schema& schema, const CheckOptions* checks
) {
    auto tables = open_as_it_is(directory, schema);
    if (!tables) return nullptr;
    if (checks != nullptr) check_files(*tables, *checks);
    return std::make_shared<Snapshot>(std::move(tables));
}

}  // namespace consularia::infra::rocks
