#pragma once
// The table files of a RocksDB that were read whole and found undamaged: recorded beside it, so
// that a start need not read them again. The rest is checked in the background, at a bounded rate.

#include "infra/rocks/check_options.hpp"

#include <rocksdb/db.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace consularia::infra::rocks {

/// A table file as it is now. Writing to the file changes this.
struct TableFile {
    std::filesystem::path path;
    std::uint64_t size = 0;
    std::chrono::sys_time<std::chrono::nanoseconds>
        modified{};  ///< The epoch if it does not exist.

    [[nodiscard]] std::string name() const { return path.filename(); }
};

/// The files that the database consists of now, the newest first.
[[nodiscard]] std::vector<TableFile> table_files_of(rocksdb::DB& db);

/// What is known about a database's table files, kept in a file. Not thread-safe.
class CheckedTables {
  public:
    enum class Verdict { unknown, sound, damaged };

    /// Reads `file`; an absent or unreadable one counts as empty. With an empty path nothing is
    /// kept.
    explicit CheckedTables(std::filesystem::path file);

    [[nodiscard]] Verdict verdict(const TableFile& table) const;
    void set(const TableFile& table, Verdict verdict);

    /// Forgets all files that are not in `live`, and writes the file if it would change. Throws
    /// StorageError.
    void save(const std::vector<TableFile>& live);

  private:
    std::filesystem::path file_;
    std::map<std::string, Verdict> verdicts_;  ///< By the identity of a file and its content.
    std::string saved_;
};

/// Reads the whole file and verifies the checksum of each of its blocks.
[[nodiscard]] rocksdb::Status check_table(const TableFile& table, rocksdb::Env& env);

/// Checks the files that were found damaged before, then those that are not known to be sound, the
/// newest first, until the byte limit is used up. Returns the first failure.
[[nodiscard]] rocksdb::Status check_at_start(
    rocksdb::DB& db, CheckedTables& checked, const CheckOptions& options
);

/// While it lives, checks the files that the start has left, and those written from then on.
class TableChecker {
  public:
    /// Returns the current files; throws StorageError if they cannot be listed at the moment.
    using Look = std::function<std::vector<TableFile>()>;

    /// `checked` is the file that a start has left, see CheckOptions::record.
    TableChecker(Look look, CheckOptions options);
    TableChecker(const TableChecker&) = delete;
    TableChecker& operator=(const TableChecker&) = delete;
    ~TableChecker();

  private:
    class Pace;

    void run();
    void pass();
    void check(const TableFile& table);
    void report(const std::vector<TableFile>& live) const;
    [[nodiscard]] bool is_live(const TableFile& table) const;

    const Look look_;
    const CheckOptions options_;
    CheckedTables checked_;
    std::map<std::string, std::string> damage_;  ///< A sentence by the file's name.
    std::stop_source stop_;
    std::shared_ptr<Pace> pace_;
    std::unique_ptr<rocksdb::Env> paced_env_;
    std::jthread thread_;
};

}  // namespace consularia::infra::rocks
