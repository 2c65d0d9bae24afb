#include "infra/rocks/table_checks.hpp"

#include "base/stoppable_thread.hpp"
#include "infra/files.hpp"
#include "infra/rocks/support.hpp"
#include "ledger/log/storage_error.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/sst_file_reader.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <mutex>
#include <set>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <utility>

namespace consularia::infra::rocks {
namespace {

namespace fs = std::filesystem;
using Verdict = CheckedTables::Verdict;

/// How often to look for new files. Most short-lived files are gone by then.
constexpr std::chrono::seconds kLookEvery{10};

std::chrono::sys_time<std::chrono::nanoseconds> modified(const fs::path& path) {
    struct stat found {};

    if (::stat(path.c_str(), &found) != 0) return {};
    const auto& time = found.st_mtim;
    return std::chrono::sys_seconds(std::chrono::seconds(time.tv_sec)) +
           std::chrono::nanoseconds(time.tv_nsec);
}

/// Changes with the file's content if that is changed by writing.
std::string identity_of(const TableFile& table) {
    return table.name() + ' ' + std::to_string(table.size) + ' ' +
           std::to_string(table.modified.time_since_epoch().count());
}

}  // namespace

std::vector<TableFile> table_files_of(rocksdb::DB& db) {
    std::vector<rocksdb::LiveFileMetaData> live;
    db.GetLiveFilesMetaData(&live);
    std::ranges::sort(live, std::greater<>{}, &rocksdb::LiveFileMetaData::file_number);
    std::vector<TableFile> files;
    files.reserve(live.size());
    for (const auto& table : live) {
        const fs::path path = fs::path(table.directory) / table.relative_filename;
        files.push_back({path, table.size, modified(path)});
    }
    return files;
}

CheckedTables::CheckedTables(fs::path file) : file_(std::move(file)) {
    std::ifstream in(file_);
    std::string line;
    while (std::getline(in, line)) {
        saved_ += line + '\n';
        const auto space = line.find(' ');
        if (space == std::string::npos) continue;
        const auto word = line.substr(0, space);
        if (word == "sound") verdicts_[line.substr(space + 1)] = Verdict::sound;
        if (word == "damaged") verdicts_[line.substr(space + 1)] = Verdict::damaged;
    }
}

Verdict CheckedTables::verdict(const TableFile& table) const {
    const auto found = verdicts_.find(identity_of(table));
    return found == verdicts_.end() ? Verdict::unknown : found->second;
}

void CheckedTables::set(const TableFile& table, Verdict verdict) {
    verdicts_[identity_of(table)] = verdict;
}

void CheckedTables::save(const std::vector<TableFile>& live) {
    std::set<std::string> alive;
    for (const auto& table : live) alive.insert(identity_of(table));
    std::erase_if(verdicts_, [&alive](const auto& one) { return !alive.contains(one.first); });
    if (file_.empty()) return;
    std::string text;
    for (const auto& [identity, verdict] : verdicts_) {
        text += (verdict == Verdict::sound ? "sound " : "damaged ") + identity + '\n';
    }
    if (text == saved_) return;
    const auto unfinished = with_suffix(file_, ".new");
    remove_tree(unfinished);
    write_new_private_file(unfinished, text);
    rename_durably(unfinished, file_);
    saved_ = std::move(text);
}

rocksdb::Status check_table(const TableFile& table, rocksdb::Env& env) {
    rocksdb::Options options;
    options.env = &env;
    rocksdb::SstFileReader reader(options);
    auto status = reader.Open(table.path);
    if (status.ok()) status = reader.VerifyChecksum(verified_read());
    return status;
}

rocksdb::Status check_at_start(
    rocksdb::DB& db, CheckedTables& checked, const CheckOptions& options
) {
    auto files = table_files_of(db);
    std::erase_if(files, [&](const auto& one) { return checked.verdict(one) == Verdict::sound; });
    std::ranges::stable_partition(files, [&](const auto& one) {
        return checked.verdict(one) == Verdict::damaged;
    });
    std::uint64_t bytes = 0;
    for (const auto& table : files) {
        if (checked.verdict(table) != Verdict::damaged) bytes += table.size;
        if (bytes > options.at_start_bytes) break;
        const auto status = check_table(table, *db.GetEnv());
        if (!status.ok()) return status;
        checked.set(table, Verdict::sound);
    }
    return rocksdb::Status::OK();
}

/// Lets this many bytes pass per second, until a stop is requested. Thread-safe.
class TableChecker::Pace {
  public:
    Pace(std::uint64_t bytes_per_s, std::stop_token stop)
        : bytes_per_s_(static_cast<double>(bytes_per_s)), stop_(std::move(stop)) {}

    /// Returns false if it was stopped.
    bool pass(std::size_t bytes) { return !stopped_within(stop_, reserve(bytes)); }

    /// Returns false if it was stopped during the wait.
    bool wait(std::chrono::seconds time) { return !stopped_within(stop_, time); }

    [[nodiscard]] bool stopping() const { return stop_.stop_requested(); }

    [[nodiscard]] std::unique_ptr<rocksdb::Env> env(std::shared_ptr<Pace> self) const;

  private:
    class File;
    class FileSystem;

    /// How long these bytes have to wait.
    std::chrono::steady_clock::duration reserve(std::size_t bytes) {
        using Clock = std::chrono::steady_clock;
        const auto now = Clock::now();
        const std::lock_guard lock(mutex_);
        const auto at = std::max(next_, now);
        next_ = at + std::chrono::duration_cast<Clock::duration>(
                         std::chrono::duration<double>(static_cast<double>(bytes) / bytes_per_s_)
                     );
        return at - now;
    }

    const double bytes_per_s_;
    const std::stop_token stop_;
    std::mutex mutex_;  ///< Guards next_.
    std::chrono::steady_clock::time_point next_{};
};

class TableChecker::Pace::File final : public rocksdb::FSRandomAccessFileOwnerWrapper {
  public:
    File(std::unique_ptr<rocksdb::FSRandomAccessFile> file, std::shared_ptr<Pace> pace)
        : FSRandomAccessFileOwnerWrapper(std::move(file)), pace_(std::move(pace)) {}

    rocksdb::IOStatus Read(
        std::uint64_t offset,
        std::size_t size,
        const rocksdb::IOOptions& options,
        rocksdb::Slice* result,
        char* scratch,
        rocksdb::IODebugContext* debug
    ) const override {
        if (!pace_->pass(size)) return rocksdb::IOStatus::Aborted("the check was stopped");
        return FSRandomAccessFileOwnerWrapper::Read(offset, size, options, result, scratch, debug);
    }

  private:
    std::shared_ptr<Pace> pace_;
};

class TableChecker::Pace::FileSystem final : public rocksdb::FileSystemWrapper {
  public:
    explicit FileSystem(std::shared_ptr<Pace> pace)
        : FileSystemWrapper(rocksdb::FileSystem::Default()), pace_(std::move(pace)) {}

    const char* Name() const override { return "PacedFileSystem"; }

    rocksdb::IOStatus NewRandomAccessFile(
        const std::string& name,
        const rocksdb::FileOptions& options,
        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
        rocksdb::IODebugContext* debug
    ) override {
        auto status = FileSystemWrapper::NewRandomAccessFile(name, options, file, debug);
        if (status.ok()) *file = std::make_unique<File>(std::move(*file), pace_);
        return status;
    }

  private:
    std::shared_ptr<Pace> pace_;
};

std::unique_ptr<rocksdb::Env> TableChecker::Pace::env(std::shared_ptr<Pace> self) const {
    return rocksdb::NewCompositeEnv(std::make_shared<FileSystem>(std::move(self)));
}

TableChecker::TableChecker(Look look, CheckOptions options)
    : look_(std::move(look)),
      options_(std::move(options)),
      checked_(options_.record),
      pace_(std::make_shared<Pace>(options_.bytes_per_s, stop_.get_token())),
      paced_env_(pace_->env(pace_)) {
    if (options_.bytes_per_s > 0) thread_ = std::jthread([this] { run(); });
}

TableChecker::~TableChecker() {
    stop_.request_stop();
    if (!thread_.joinable()) return;
    thread_.join();
    if (options_.on_report) options_.on_report({.record = options_.record});
}

void TableChecker::run() {
    do {
        try {
            pass();
        } catch (const ledger::StorageError& error) {
            spdlog::warn("table files could not be checked: {}", error.what());
        }
    } while (pace_->wait(kLookEvery));
}

void TableChecker::pass() {
    const auto live = look_();
    std::erase_if(damage_, [&live](const auto& one) {
        return std::ranges::none_of(live, [&](const auto& file) {
            return file.name() == one.first;
        });
    });
    report(live);
    for (const auto& table : live) {
        if (checked_.verdict(table) == Verdict::sound || damage_.contains(table.name())) continue;
        check(table);
        if (pace_->stopping()) break;
        report(live);
    }
    checked_.save(live);
}

void TableChecker::check(const TableFile& table) {
    const auto status = check_table(table, *paced_env_);
    if (status.ok()) return checked_.set(table, Verdict::sound);
    if (pace_->stopping() || !is_live(table)) return;
    if (!is_damage(status)) {
        spdlog::warn("{} could not be checked: {}", table.path.string(), words_of(status));
        return;
    }
    checked_.set(table, Verdict::damaged);
    damage_[table.name()] = table.path.string() + " is damaged: " + words_of(status);
}

bool TableChecker::is_live(const TableFile& table) const {
    const auto now = look_();
    return std::ranges::any_of(now, [&](const auto& one) { return one.path == table.path; });
}

void TableChecker::report(const std::vector<TableFile>& live) const {
    if (!options_.on_report) return;
    CheckOptions::Report report{.record = options_.record};
    for (const auto& table : live) {
        if (damage_.contains(table.name())) continue;
        ++(checked_.verdict(table) == Verdict::sound ? report.sound : report.unchecked);
    }
    for (const auto& [name, sentence] : damage_) report.damage.push_back(sentence);
    options_.on_report(report);
}

}  // namespace consularia::infra::rocks
