#include "infra/rocks/ledger_files.hpp"

#include "infra/files.hpp"
#include "infra/ledger_mismatch.hpp"

#include <rocksdb/table.h>

#include <algorithm>
#include <map>
#include <vector>

namespace consularia::infra::rocks {
namespace {

namespace fs = std::filesystem;
using ledger::Position;

constexpr std::string_view kIdentityKey = "identity";
constexpr std::string_view kFormatKey = "format";
constexpr std::string_view kFormat = "1";

rocksdb::DBOptions ledger_options(rocksdb::Env* env) {
    rocksdb::DBOptions options = quiet_options();
    if (env != nullptr) options.env = env;
    options.max_bgerror_resume_count = 0;  // what failed stays failed until it is opened again
    return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> ledger_families() {
    rocksdb::BlockBasedTableOptions table;
    table.block_size = 16 << 10;
    rocksdb::ColumnFamilyOptions log;
    log.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    log.compression = rocksdb::kLZ4Compression;
    log.paranoid_file_checks = true;
    return {{rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions()}, {"log", log}};
}

std::string name(const fs::path& directory) {
    return "the ledger in " + directory.string();
}

std::string missing(Position first, Position last) {
    if (first == last) return "record " + std::to_string(first) + " is missing";
    return "records " + std::to_string(first) + " to " + std::to_string(last) + " are missing";
}

[[noreturn]] void refuse(const fs::path& directory, const rocksdb::Status& status) {
    const std::string sentence = name(directory) + " cannot be read: " + words_of(status);
    if (is_damage(status)) throw LedgerMismatch(sentence);
    throw_storage_error(status, sentence);
}

std::string meta_value(const LedgerFiles& files, std::string_view key, const fs::path& directory) {
    std::string value;
    const auto status = files.rocks.db().Get(
        verified_read(), files.rocks.family(kLedgerMetaFamily), slice_of(key), &value
    );
    if (!status.ok()) refuse(directory, status);
    return value;
}

std::unique_ptr<rocksdb::Iterator> log_iterator(const LedgerFiles& files) {
    return std::unique_ptr<rocksdb::Iterator>(
        files.rocks.db().NewIterator(verified_read(), files.rocks.family(kLedgerLogFamily))
    );
}

void find_end(LedgerFiles& files, const fs::path& directory) {
    const auto last = log_iterator(files);
    last->SeekToLast();
    if (!last->status().ok()) refuse(directory, last->status());
    if (!last->Valid()) return;
    files.end = read_position_key(last->key()) + 1;
    files.last_hash = ledger::sha256(last->value().ToStringView());
}

/// How many records each table file of the log contains, by name; without files that also contain
/// deletions, which we never write.
std::map<std::string, std::uint64_t> count_records(
    const LedgerFiles& files, const fs::path& directory
) {
    rocksdb::TablePropertiesCollection properties;
    const auto status = files.rocks.db().GetPropertiesOfAllTables(
        files.rocks.family(kLedgerLogFamily), &properties
    );
    if (!status.ok()) refuse(directory, status);
    std::map<std::string, std::uint64_t> records;
    for (const auto& [path, table] : properties) {
        if (table->num_deletions > 0 || table->num_range_deletions > 0) continue;
        records[fs::path(path).filename()] = table->num_entries;
    }
    return records;
}

/// The position up to which the log's table files follow each other without a gap, by the counts
/// and bounds that each file states: a ledger of a billion records is checked without reading them.
Position end_of_gapless_tables(const LedgerFiles& files, const fs::path& directory) {
    auto* log = files.rocks.family(kLedgerLogFamily);
    std::uint64_t deletions = 0;
    using rocksdb::DB;
    if (!files.rocks.db().GetIntProperty(
            log, DB::Properties::kNumDeletesActiveMemTable, &deletions
        ) ||
        deletions > 0) {
        return 0;
    }
    const auto records = count_records(files, directory);
    std::vector<rocksdb::LiveFileMetaData> tables;
    files.rocks.db().GetLiveFilesMetaData(&tables);
    std::erase_if(tables, [log](const auto& table) {
        return table.column_family_name != log->GetName();
    });
    std::ranges::sort(tables, {}, &rocksdb::LiveFileMetaData::smallestkey);
    Position end = 0;
    for (const auto& table : tables) {
        const auto counted = records.find(fs::path(table.name).filename());
        const Position first = read_position_key(table.smallestkey);
        const Position last = read_position_key(table.largestkey);
        if (first != end || counted == records.end() || counted->second != last - first + 1) {
            return std::min(first, end);
        }
        end = last + 1;
    }
    return end;
}

void check_gapless(const LedgerFiles& files, const fs::path& directory) {
    Position expected = end_of_gapless_tables(files, directory);
    const auto at = log_iterator(files);
    for (at->Seek(position_key(expected)); at->Valid(); at->Next(), ++expected) {
        const Position found = read_position_key(at->key());
        if (found == expected) continue;
        throw LedgerMismatch(
            name(directory) + " ends at position " + std::to_string(files.end) + ", but " +
            missing(expected, found - 1)
        );
    }
    if (!at->status().ok()) refuse(directory, at->status());
}

std::unique_ptr<LedgerFiles> open_files(
    const fs::path& directory, rocksdb::Env* env, Db::Mode mode
) {
    auto files = std::make_unique<LedgerFiles>();
    const auto status = files->rocks.open(ledger_options(env), directory, ledger_families(), mode);
    if (!status.ok()) refuse(directory, status);
    if (const auto format = meta_value(*files, kFormatKey, directory); format != kFormat) {
        throw LedgerMismatch(
            name(directory) + " has the format " + format + ", not " + kFormat.data()
        );
    }
    files->identity = meta_value(*files, kIdentityKey, directory);
    find_end(*files, directory);
    return files;
}

}  // namespace

std::string position_key(Position position) {
    std::string key(8, '\0');
    for (std::size_t i = 8; i-- > 0; position >>= 8) key[i] = static_cast<char>(position & 0xff);
    return key;
}

Position read_position_key(const rocksdb::Slice& key) {
    if (key.size() != 8) throw LedgerMismatch("a key of the ledger's log is not a position");
    Position position = 0;
    for (std::size_t i = 0; i < 8; ++i)
        position = position << 8 | static_cast<unsigned char>(key[i]);
    return position;
}

void check_tables(
    const LedgerFiles& files,
    const fs::path& directory,
    CheckedTables& checked,
    const CheckOptions& options
) {
    const auto status = check_at_start(files.rocks.db(), checked, options);
    if (!status.ok()) refuse(directory, status);
}

bool ledger_is_absent(const fs::path& directory) {
    std::error_code error;
    if (!fs::exists(directory, error) && !error) return true;
    const bool empty = !error && fs::is_empty(directory, error);
    if (error) throw ledger::StorageError(name(directory) + " cannot be read: " + error.message());
    return empty;
}

void create_ledger_files(
    const fs::path& directory, rocksdb::Env* env, const std::string& identity
) {
    const fs::path unfinished = with_suffix(directory, ".unfinished");
    remove_tree(unfinished);
    {
        Db rocks;
        rocksdb::DBOptions options = ledger_options(env);
        options.create_if_missing = true;
        options.create_missing_column_families = true;
        options.error_if_exists = true;
        auto status = rocks.open(options, unfinished, ledger_families(), Db::Mode::read_write);
        rocksdb::WriteBatch batch;
        if (status.ok()) status = batch.Put(slice_of(kFormatKey), slice_of(kFormat));
        if (status.ok()) status = batch.Put(slice_of(kIdentityKey), slice_of(identity));
        rocksdb::WriteOptions write;
        write.sync = true;
        if (status.ok()) status = rocks.db().Write(write, &batch);
        // Once in a table file, it keeps no write-ahead log alive.
        if (status.ok()) status = rocks.db().Flush({}, rocks.family(kLedgerMetaFamily));
        if (!status.ok()) {
            throw_storage_error(
                status, name(directory) + " cannot be created: " + words_of(status)
            );
        }
    }
    rename_durably(unfinished, directory);
}

std::unique_ptr<LedgerFiles> open_ledger_read_only(const fs::path& directory, rocksdb::Env* env) {
    auto files = open_files(directory, env, Db::Mode::read_only);
    check_gapless(*files, directory);
    return files;
}

std::unique_ptr<LedgerFiles> open_ledger_read_write(const fs::path& directory, rocksdb::Env* env) {
    return open_files(directory, env, Db::Mode::read_write);
}

void refuse_absent_ledger(const fs::path& directory, const ledger::Checkpoint& witness) {
    throw LedgerMismatch(
        name(directory) + " does not exist, but this node has read " +
        std::to_string(witness.next) + " records of the ledger " + witness.ledger_identity
    );
}

void check_witness(
    const LedgerFiles& files, const ledger::Checkpoint& witness, const fs::path& directory
) {
    if (files.identity != witness.ledger_identity) {
        throw LedgerMismatch(
            name(directory) + " has the identity " + files.identity +
            ", but this node has read the ledger " + witness.ledger_identity
        );
    }
    if (witness.next == 0) return;
    if (files.end < witness.next) {
        throw LedgerMismatch(
            name(directory) +
            (files.end == 0 ? " is empty" : " ends at position " + std::to_string(files.end)) +
            ", but this node has read it up to position " + std::to_string(witness.next) + ": " +
            missing(files.end, witness.next - 1)
        );
    }
    std::string value;
    const auto status = files.rocks.db().Get(
        verified_read(),
        files.rocks.family(kLedgerLogFamily),
        position_key(witness.next - 1),
        &value
    );
    if (!status.ok()) refuse(directory, status);
    if (ledger::sha256(value) != witness.last_hash) {
        throw LedgerMismatch(
            name(directory) + " holds another record at position " +
            std::to_string(witness.next - 1) + " than the one that this node has read"
        );
    }
}

}  // namespace consularia::infra::rocks
