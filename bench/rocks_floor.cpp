// rocks_floor append LEDGER SCRATCH RECORDS SECONDS: what RocksDB alone needs to keep records.
// Writes
//     the records of a consularia ledger into a new database, RECORDS at a time, with a sync each.
// rocks_floor create LEDGER STORE SCRATCH RECORDS SECONDS: the same, and as many rows of a read
//     store as belong to these records, in random order, into a second database without a sync.
// rocks_floor get STORE TABLE SECONDS: point gets of random rows of one table.
// rocks_floor bulk STORE SCRATCH: writes all rows of a read store into a new database, without
//     syncs, 1,000 at a time in the order of their keys.
//
// Each prints one line of JSON: per_s, p50_ms, p99_ms and longest_ms; bulk: rows and seconds.

#include "infra/rocks/ledger.hpp"
#include "infra/rocks/support.hpp"

#include <rocksdb/db.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace consularia;
using Clock = std::chrono::steady_clock;
using Ms = std::chrono::duration<double, std::milli>;
using Row = std::pair<std::string, std::string>;
using infra::rocks::Db;

constexpr std::size_t kSample = 10'000;
constexpr std::size_t kBulk = 1000;

void check(const rocksdb::Status& status) {
    if (status.ok()) return;
    std::cerr << status.ToString() << "\n";
    std::exit(1);
}

rocksdb::ColumnFamilyOptions table_options() {
    rocksdb::ColumnFamilyOptions options;
    options.compression = rocksdb::kLZ4Compression;
    return options;
}

std::unique_ptr<rocksdb::DB> new_database(const std::string& directory) {
    rocksdb::Options options(infra::rocks::quiet_options(), table_options());
    options.create_if_missing = true;
    options.error_if_exists = true;
    rocksdb::DB* db = nullptr;
    check(rocksdb::DB::Open(options, directory, &db));
    return std::unique_ptr<rocksdb::DB>(db);
}

void print(double per_s, std::vector<double> ms) {
    std::ranges::sort(ms);
    std::cout << R"({"per_s":)" << per_s << R"(,"p50_ms":)" << ms[ms.size() / 2] << R"(,"p99_ms":)"
              << ms[ms.size() * 99 / 100] << R"(,"longest_ms":)" << ms.back() << "}\n";
}

/// Calls until the seconds are over. Each call counts as so many.
template <class Call>
void time_calls(double seconds, std::size_t counts, const Call& call) {
    std::vector<double> ms;
    const auto begin = Clock::now();
    const auto end = begin + std::chrono::duration<double>(seconds);
    auto now = begin;
    while (now < end) {
        const auto before = now;
        call();
        now = Clock::now();
        ms.push_back(Ms(now - before).count());
    }
    const auto calls = static_cast<double>(ms.size() * counts);
    print(calls * 1000 / Ms(now - begin).count(), std::move(ms));
}

std::string key_of(std::uint64_t position) {
    std::string key(8, '\0');
    for (std::size_t i = 8; i-- > 0; position >>= 8) key[i] = static_cast<char>(position & 0xff);
    return key;
}

/// Records of a ledger, which are written to a new database again and again.
class Records {
  public:
    Records(const std::string& ledger, const std::string& directory)
        : sample_(
              infra::rocks::open_embedded_ledger_read_only(ledger)->records()->read(0, 0, kSample)
          ),
          db_(new_database(directory)) {
        synced_.sync = true;
    }

    void append(std::size_t count) {
        rocksdb::WriteBatch batch;
        for (std::size_t n = 0; n < count; ++n, ++position_) {
            check(batch.Put(key_of(position_), sample_[position_ % sample_.size()].value));
        }
        check(db_->Write(synced_, &batch));
    }

    /// How many different ones there are.
    [[nodiscard]] std::size_t size() const { return sample_.size(); }

  private:
    std::vector<ledger::LogEntry> sample_;
    std::unique_ptr<rocksdb::DB> db_;
    rocksdb::WriteOptions synced_;
    std::uint64_t position_ = 0;
};

void append(const std::string& ledger, const std::string& scratch, std::size_t count, double s) {
    Records records(ledger, scratch);
    time_calls(s, count, [&] { records.append(count); });
}

/// A read store, opened beside whatever else has it open.
class Store {
  public:
    explicit Store(const std::string& directory) {
        std::vector<std::string> names;
        const auto options = infra::rocks::quiet_options();
        check(rocksdb::DB::ListColumnFamilies(options, directory, &names));
        std::vector<rocksdb::ColumnFamilyDescriptor> families;
        for (const auto& name : names) families.emplace_back(name, table_options());
        check(rocks_.open(options, directory, families, Db::Mode::read_only));
        names_ = std::move(names);
    }

    [[nodiscard]] rocksdb::DB& db() const { return rocks_.db(); }

    [[nodiscard]] const std::vector<std::string>& tables() const { return names_; }

    [[nodiscard]] rocksdb::ColumnFamilyHandle* table(std::size_t index) const {
        return rocks_.family(index);
    }

    [[nodiscard]] std::unique_ptr<rocksdb::Iterator> rows(std::size_t table) const {
        return std::unique_ptr<rocksdb::Iterator>(
            db().NewIterator(infra::rocks::verified_read(), rocks_.family(table))
        );
    }

  private:
    Db rocks_;
    std::vector<std::string> names_;
};

void get(const std::string& directory, const std::string& table, double s) {
    const Store store(directory);
    const auto found = std::ranges::find(store.tables(), table);
    const auto index = static_cast<std::size_t>(found - store.tables().begin());
    std::vector<std::string> keys;
    const auto rows = store.rows(index);
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) keys.push_back(rows->key().ToString());
    std::mt19937 random(4711);
    std::string value;
    time_calls(s, 1, [&] {
        const auto& key = keys[random() % keys.size()];
        check(store.db().Get(infra::rocks::verified_read(), store.table(index), key, &value));
    });
}

void bulk(const std::string& directory, const std::string& scratch) {
    const Store store(directory);
    const auto db = new_database(scratch);
    std::size_t written = 0;
    Ms spent{};
    std::vector<Row> chunk;
    for (std::size_t table = 0; table < store.tables().size(); ++table) {
        rocksdb::ColumnFamilyHandle* family = nullptr;
        check(db->CreateColumnFamily(table_options(), "t" + std::to_string(table), &family));
        const auto rows = store.rows(table);
        for (rows->SeekToFirst(); rows->Valid();) {
            for (; rows->Valid() && chunk.size() < kBulk; rows->Next()) {
                chunk.emplace_back(rows->key().ToString(), rows->value().ToString());
            }
            const auto before = Clock::now();
            rocksdb::WriteBatch batch;
            for (const auto& [key, value] : chunk) check(batch.Put(family, key, value));
            check(db->Write({}, &batch));
            spent += Clock::now() - before;
            written += chunk.size();
            chunk.clear();
        }
        check(db->DestroyColumnFamilyHandle(family));
    }
    std::cout << R"({"rows":)" << written << R"(,"seconds":)" << spent.count() / 1000 << "}\n";
}

/// The rows of all tables of a store, which are written to a new database again and again.
class Rows {
  public:
    Rows(const Store& store, const std::string& directory) : db_(new_database(directory)) {
        for (std::size_t table = 0; table < store.tables().size(); ++table) {
            rocksdb::ColumnFamilyHandle* family = nullptr;
            check(db_->CreateColumnFamily(table_options(), "t" + std::to_string(table), &family));
            families_.push_back(family);
            const auto rows = store.rows(table);
            for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
                rows_.push_back({family, rows->key().ToString(), rows->value().ToString()});
            }
        }
        std::ranges::shuffle(rows_, std::mt19937(4711));
    }

    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;

    ~Rows() {
        for (auto* family : families_) check(db_->DestroyColumnFamilyHandle(family));
    }

    void write(std::size_t count) {
        rocksdb::WriteBatch batch;
        for (; count > 0; --count, next_ = (next_ + 1) % rows_.size()) {
            const auto& row = rows_[next_];
            check(batch.Put(row.family, row.key, row.value));
        }
        check(db_->Write({}, &batch));
    }

    [[nodiscard]] std::size_t size() const { return rows_.size(); }

  private:
    struct Row {
        rocksdb::ColumnFamilyHandle* family;
        std::string key;
        std::string value;
    };

    std::unique_ptr<rocksdb::DB> db_;
    std::vector<rocksdb::ColumnFamilyHandle*> families_;
    std::vector<Row> rows_;
    std::size_t next_ = 0;
};

void create(
    const std::string& ledger,
    const std::string& directory,
    const std::string& scratch,
    std::size_t count,
    double s
) {
    std::filesystem::create_directory(scratch);
    Records records(ledger, scratch + "/ledger");
    Rows rows(Store(directory), scratch + "/read");
    const auto rows_of_all = count * rows.size() / records.size();
    time_calls(s, count, [&] {
        records.append(count);
        rows.write(rows_of_all);
    });
}

}  // namespace

int main(int argc, char** argv) {
    const std::string what = argc > 1 ? argv[1] : "";
    if (what == "append" && argc == 6) {
        append(argv[2], argv[3], std::strtoul(argv[4], nullptr, 10), std::atof(argv[5]));
    } else if (what == "create" && argc == 7) {
        create(argv[2], argv[3], argv[4], std::strtoul(argv[5], nullptr, 10), std::atof(argv[6]));
    } else if (what == "get" && argc == 5) {
        get(argv[2], argv[3], std::atof(argv[4]));
    } else if (what == "bulk" && argc == 4) {
        bulk(argv[2], argv[3]);
    } else {
        std::cerr
            << "rocks_floor append|create|get|bulk …: see the head of bench/rocks_floor.cpp\n";
        return 2;
    }
}
